"""Silencing a finding: the plan, and the change with its entry in the audit log."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from accounts.access import ASK
from accounts.own_records import apply_own_change
from clusters.gateway.errors import Conflict, NotAuthorized
from core.plan import Plan, Step
from metrics.findings.visibility import is_silent, may_silence, resource_of
from metrics.models import FindingRow

ACTION = "findings.silence"


def plan(row: FindingRow, hours: int, reason: str, now: datetime) -> Plan:
    """Plan a silence of so many hours, with its reason; 0 hours end it, which does nothing where there is none.

    Raises:
        Conflict: the finding is over.
    """
    if hours and row.resolved_at:
        raise Conflict("This alert is resolved already: there is nothing to mute.", "Refresh the list.")
    before = row.silenced_reason if is_silent(row, now) else None
    after = f"{hours} h: {reason}" if hours else None
    steps = (Step("mute", before, after),) if before is not None or after is not None else ()
    return Plan(ACTION, f"{row.rule} {row.subject}".strip(), steps)


def check(request: HttpRequest, row: FindingRow) -> None:
    """Refuse to silence what goes beyond the person's grants.

    Raises:
        NotAuthorized: no grant covers it.
    """
    if not may_silence(request, row):
        about = resource_of(row) or "the whole cluster"
        raise NotAuthorized(f"You don't have access to {about} (needs {ACTION}).", ASK)


def silence(request: HttpRequest, row: FindingRow, hours: int, reason: str) -> None:
    """Silence for so many hours, or end it with 0, and record who did so.

    Raises:
        Conflict: the finding is over.
        NotAuthorized: no grant covers it.
    """
    check(request, row)
    now = timezone.now()

    def apply() -> None:
        row.silenced_until = now + timedelta(hours=hours) if hours else None
        row.silenced_by, row.silenced_reason = request.user.get_username(), reason
        row.save(update_fields=["silenced_until", "silenced_by", "silenced_reason"])

    apply_own_change(request, plan(row, hours, reason, now), apply, cluster=row.cluster.slug)
