"""A form that a page sent counts once: sent again, as by a double click or after going back, it changes nothing.

Forms differ by what was entered, and by Django's token against forgery, which each page has anew. What was applied is
remembered for a day, in the database, whichever process is asked.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import AuditEntry
from clusters.approvals.gate import approval_of
from clusters.models import Submission
from core.plan import Plan

KEPT = timedelta(days=1)
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


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
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()


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
        Submission.objects.filter(pk=submission).delete()
        raise


def take(submission: str, entry: AuditEntry) -> None:
    Submission.objects.filter(at__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            Submission.objects.create(digest=submission, entry=entry.pk)
    except IntegrityError as error:
        raise AlreadyApplied(entry_of(submission)) from error


def entry_of(submission: str) -> AuditEntry | None:
    return AuditEntry.objects.filter(pk__in=Submission.objects.filter(pk=submission).values("entry")).first()
