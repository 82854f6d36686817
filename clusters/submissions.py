"""A form that a page sent counts once: sent again, as by a double click or after going back, it changes nothing.

Forms differ by what was entered, and by Django's token against forgery, which each page has anew. What was applied is
remembered for a day as a row of Django's sessions: their keys are unique in the database, whichever process is asked,
and rows that are over are removed. Nobody signs in by such a row.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import AuditEntry
from clusters.approvals.gate import approval_of
from core.plan import Plan

KEPT = timedelta(days=1)
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
LENGTH = 40  # letters of a session's key


class AlreadyApplied(Exception):
    """The same form was sent before. Not a failure, so nothing handles it as one."""

    def __init__(self, entry: AuditEntry | None) -> None:
        super().__init__("The same form was sent before.")
        self.entry = entry

    @property
    def sentence(self) -> str:
        if self.entry is None or self.entry.outcome == AuditEntry.BEGUN:
            return "This is being applied already: the same form was sent twice, and counts once."
        return "This was applied already: the same form was sent twice, and counts once."


def submission_of(request: HttpRequest, plan: Plan) -> str:
    """Return what tells a form that was sent from all others; empty where no form was, or it was approved, once."""
    if TOKEN not in request.POST or "HX-Request" in request.headers or approval_of(request):
        return ""
    about = [request.user.pk, request.path, sorted(request.POST.lists()), plan.action, plan.resource, plan.digest]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:LENGTH]


@contextmanager
def counted_once(submission: str, entry: AuditEntry) -> Iterator[None]:
    """Apply what a form asks for, unless it was applied before; what fails may be sent again.

    Raises:
        AlreadyApplied: it was.
    """
    if not submission:
        yield
        return
    take(submission, entry)
    try:
        yield
    except BaseException:
        Session.objects.filter(pk=submission).delete()
        raise


def take(submission: str, entry: AuditEntry) -> None:
    content = SessionStore().encode({"entry": entry.pk})
    try:
        with transaction.atomic():
            Session.objects.create(pk=submission, session_data=content, expire_date=timezone.now() + KEPT)
    except IntegrityError as error:
        raise AlreadyApplied(entry_of(submission)) from error


def entry_of(submission: str) -> AuditEntry | None:
    row = Session.objects.filter(pk=submission).first()
    return AuditEntry.objects.filter(pk=row.get_decoded().get("entry", 0)).first() if row else None
