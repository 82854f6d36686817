"""Periodic work: declared teams, and the audit log's retention."""

from datetime import timedelta

from celery import shared_task
from celery.utils.log import get_task_logger
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.audit.links import remove_before
from accounts.audit.sending import send_all
from accounts.declared_teams.sources import apply_teams
from accounts.mailed_links.sending import send_reset_links
from accounts.single_sign_on.in_force import reading_failures, remember_failures

log = get_task_logger(__name__)
_told: set[str] = set()  # each sentence once: the task runs every minute


@shared_task(name="accounts.tasks.apply_declared_teams")
def apply_declared_teams() -> None:
    """Apply the declared teams where their files, or the clusters that they name, changed; keep what is wrong."""
    team_failures, remarks = apply_teams()
    failures = [*reading_failures(), *team_failures]
    remember_failures(failures, timezone.now())
    sentences = list(dict.fromkeys([*failures, *remarks]))
    for sentence in sentences:
        if sentence not in _told:
            log.warning("%s", sentence)
    _told.clear()
    _told.update(sentences)


@shared_task(name="accounts.tasks.send_audit_log")
def send_audit_log() -> None:
    """Send what is new in the audit log to its targets."""
    send_all(timezone.now())


@shared_task(name="accounts.tasks.send_reset_link")
def send_reset_link(email: str) -> None:
    """Send a link for a forgotten password: by a worker, so that a page's time does not tell who is known."""
    send_reset_links(email)


@shared_task(name="accounts.tasks.forget_old_entries")
def forget_old_entries() -> int:
    """Delete audit entries older than ``AUDIT_DAYS``, and sessions that are over; return how many entries."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    return remove_before(now - timedelta(days=settings.AUDIT_DAYS))
