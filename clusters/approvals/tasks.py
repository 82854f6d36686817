"""Periodic work: requests whose time is over end, and those that ended long ago are deleted."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from clusters.approvals.ending import expire
from clusters.models import ApprovalRequest

KEPT = timedelta(days=30)  # after its end; the audit log has it for longer


@shared_task(name="clusters.approvals.tasks.expire_requests")
def expire_requests() -> int:
    """End overdue requests, and delete old ones; return how many rows."""
    now = timezone.now()
    number = expire(now)
    ended = ApprovalRequest.objects.exclude(state__in=(ApprovalRequest.WAITING, ApprovalRequest.APPLYING))
    deleted, _ = ended.filter(decided_at__lt=now - KEPT).delete()
    return number + deleted
