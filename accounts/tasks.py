"""Periodic clean-up of the audit log."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.models import AuditEntry


@shared_task(name="accounts.tasks.forget_old_entries")
def forget_old_entries() -> int:
    """Delete audit entries older than ``AUDIT_DAYS``; return how many."""
    oldest = timezone.now() - timedelta(days=settings.AUDIT_DAYS)
    number, _ = AuditEntry.objects.filter(at__lt=oldest).delete()
    return number
