"""How requests end: what was sent with them goes, whoever or whatever ends them."""

from datetime import datetime, timedelta

from accounts.models import AuditEntry
from clusters.models import ApprovalRequest

LONGEST = 500  # characters of a reason
LONGEST_APPLYING = timedelta(hours=1)
EXPIRED = "Nobody decided in time."
UNFINISHED = "It began to be applied, and the process stopped before its end. Check the resource."


def end(waiting: ApprovalRequest, state: str, decision: str) -> None:
    """Keep how a request ended, and nothing of what was sent with it."""
    waiting.state, waiting.decision, waiting.secrets = state, decision[:LONGEST], type(waiting.secrets)()
    waiting.save(update_fields=["state", "decision", "secrets"])


def expire(now: datetime) -> int:
    """End requests whose time is over, and those whose process stopped while it applied them; return how many."""
    stopped = ApprovalRequest.objects.filter(state=ApprovalRequest.APPLYING, decided_at__lt=now - LONGEST_APPLYING)
    number = len(stopped)
    for waiting in stopped:
        end(waiting, ApprovalRequest.FAILED, UNFINISHED)
    overdue = ApprovalRequest.objects.filter(state=ApprovalRequest.WAITING, expires_at__lte=now)
    for waiting in overdue.select_related("cluster"):
        rows = ApprovalRequest.objects.filter(pk=waiting.pk, state=ApprovalRequest.WAITING)
        if rows.update(state=ApprovalRequest.EXPIRED, decided_at=now):
            end(waiting, ApprovalRequest.EXPIRED, EXPIRED)
            AuditEntry.objects.create(
                username=waiting.username, address=waiting.address, action=waiting.action,
                cluster=waiting.cluster.slug, resource=waiting.resource, outcome=AuditEntry.REFUSED,
                detail=f"{EXPIRED} Request {waiting.pk} expired.",
            )  # fmt: skip
            number += 1
    return number
