"""The door for changes of our own records: the change and its audit entry, in one transaction."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from django.db import transaction
from django.http import HttpRequest

from accounts.access import record
from accounts.models import AuditEntry
from core.plan import Plan

T = TypeVar("T")


def apply_own_change(request: HttpRequest, plan: Plan, apply: Callable[[], T], *, cluster: str = "") -> T:
    """Change our own records as planned, and record who did so: both, or neither.

    Args:
        request: who asks, and from where.
        plan: what is done, as the audit log keeps it.
        apply: does it.
        cluster: slug of the cluster that it is about, if it is about one.
    """
    with transaction.atomic():
        changed = apply()
        record(
            request,
            plan.action,
            cluster=cluster,
            resource=plan.resource,
            steps=[asdict(step) for step in plan.steps],
            outcome=AuditEntry.DONE,
        )
    return changed
