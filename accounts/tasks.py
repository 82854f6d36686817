"""What has to be done for people's records from time to time."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.models import AuditEntry


@shared_task(name="accounts.tasks.forget_old_entries")
def forget_old_entries() -> int:
    """Drop audit entries that are older than they are kept; return how many."""
    oldest = timezone.now() - timedelta(days=settings.AUDIT_DAYS)
    number, _ = AuditEntry.objects.filter(at__lt=oldest).delete()
    return number
