"""Approving, refusing, cancelling and expiring: each once, whoever is first."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.access import ASK, record
from accounts.models import AuditEntry
from clusters.approvals.access import DECIDE
from clusters.approvals.deciders import objection_to_deciding
from clusters.approvals.ending import UNFINISHED, end
from clusters.approvals.replay import apply
from clusters.gateway.errors import Conflict, InvalidRequest, NotAuthorized
from clusters.models import ApprovalRequest

CANCEL = "approvals.cancel"


def require_decider(request: HttpRequest, waiting: ApprovalRequest) -> None:
    """Refuse who may not decide a request, and record that they tried.

    Raises:
        NotAuthorized: they may not.
    """
    if reason := objection_to_deciding(request, waiting):
        note(request, DECIDE, waiting, AuditEntry.REFUSED, reason)
        raise NotAuthorized(reason, ASK)


def claim(waiting: ApprovalRequest, state: str, now: datetime, **values: Any) -> None:
    """Take a request out of those that wait; only one of several who do so at once succeeds.

    Raises:
        Conflict: it does not wait any more.
    """
    rows = ApprovalRequest.objects.filter(pk=waiting.pk, state=ApprovalRequest.WAITING, expires_at__gt=now)
    if not rows.update(state=state, decided_at=now, **values):
        waiting.refresh_from_db()
        state = ApprovalRequest.EXPIRED if waiting.state == ApprovalRequest.WAITING else waiting.state
        by = f" by {waiting.decided_by}" if waiting.decided_by else ""
        raise Conflict(f"This request does not wait any more: {state}{by}.", "See the list of approvals.")
    waiting.refresh_from_db()


def approve(request: HttpRequest, waiting: ApprovalRequest) -> None:
    """Make the change that was requested, in the name of who asked, if it is still the same.

    Raises:
        NotAuthorized: the person may not decide it.
        Conflict: it does not wait any more.
    """
    require_decider(request, waiting)
    approver = request.user.get_username()
    claim(waiting, ApprovalRequest.APPLYING, timezone.now(), decided_by=approver, decision=UNFINISHED)
    note(request, DECIDE, waiting, AuditEntry.DONE, f"Approved request {waiting.pk} of {waiting.username}.")
    problem = UNFINISHED
    try:
        problem = apply(waiting, approver, request.get_host())
    finally:
        end(waiting, ApprovalRequest.FAILED if problem else ApprovalRequest.APPLIED, problem)


def refuse(request: HttpRequest, waiting: ApprovalRequest, reason: str) -> None:
    """End a request without making the change.

    Raises:
        NotAuthorized: the person may not decide it.
        InvalidRequest: there is no reason.
        Conflict: it does not wait any more.
    """
    require_decider(request, waiting)
    if not reason.strip():
        raise InvalidRequest("Say why it is refused.", field="reason")
    claim(waiting, ApprovalRequest.REFUSED, timezone.now(), decided_by=request.user.get_username())
    end(waiting, ApprovalRequest.REFUSED, reason.strip())
    note(request, DECIDE, waiting, AuditEntry.DONE, f"Refused request {waiting.pk} of {waiting.username}: {reason}")


def cancel(request: HttpRequest, waiting: ApprovalRequest) -> None:
    """End one's own request.

    Raises:
        NotAuthorized: it is somebody else's.
        Conflict: it does not wait any more.
    """
    if waiting.user_id != request.user.pk:
        raise NotAuthorized("Only who asked for it can cancel a request.", ASK)
    claim(waiting, ApprovalRequest.CANCELLED, timezone.now())
    end(waiting, ApprovalRequest.CANCELLED, "")
    note(request, CANCEL, waiting, AuditEntry.DONE, f"Cancelled request {waiting.pk}.")


def note(request: HttpRequest, action: str, waiting: ApprovalRequest, outcome: str, detail: str) -> None:
    cluster, resource = waiting.cluster.slug, waiting.resource
    record(request, action, cluster=cluster, resource=resource, outcome=outcome, detail=detail)
