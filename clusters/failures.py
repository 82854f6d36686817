"""Where gateway errors become a page, a fragment, or JSON."""

from collections.abc import Callable

from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from accounts.access import granted
from accounts.models import AuditEntry
from accounts.permissions import may
from clusters.approvals.gate import ApprovalNeeded
from clusters.gateway.errors import (
    AlreadyExists,
    Busy,
    Conflict,
    InvalidRequest,
    KafkaFailure,
    NotAuthorized,
    NotFound,
    TimedOut,
    Unreachable,
)
from clusters.submissions import AlreadyApplied
from core.web.page import wants_part
from core.web.paths import reverse
from core.web.toasts import toast

STATUS: tuple[tuple[type[KafkaFailure], int], ...] = (
    (NotFound, 404),
    (NotAuthorized, 403),
    (AlreadyExists, 409),
    (Conflict, 409),
    (InvalidRequest, 422),
    (Busy, 503),
    (TimedOut, 504),
    (Unreachable, 502),
)


def status_of(failure: KafkaFailure) -> int:
    """Return the HTTP status for a failure."""
    return next((status for kind, status in STATUS if isinstance(failure, kind)), 502)


def failure_of(error: Exception) -> KafkaFailure | None:
    """Return the failure that an exception is, or that a request caused in the database; None for all others.

    Two who save the same at once, as by a double click, meet at a unique constraint. No number of ours has more than 63
    bits.
    """
    if isinstance(error, KafkaFailure):
        return error
    if isinstance(error, IntegrityError):
        return Conflict(
            "It was saved at the same moment already, or the object it belongs to was deleted.", "Check again."
        )
    if isinstance(error, OverflowError | DataError):
        return NotFound("There is no object with this id or name.", "Check the list.")
    return None


def waits(request: HttpRequest, needed: ApprovalNeeded) -> HttpResponse:
    """Go to the request that waits for a second person."""
    url = reverse("approval", needed.waiting.cluster.slug, needed.waiting.pk)
    toast(request, needed.sentence)
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if wants_part(request) else redirect(url)


def repeated(request: HttpRequest, error: AlreadyApplied) -> HttpResponse:
    """Say that a form was sent twice, and where the audit log has what it changed."""
    context = {"repeated": error, "entry_url": entry_url(request, error.entry)}
    return render(request, "repeated.html", context, status=409)


def entry_url(request: HttpRequest, entry: AuditEntry | None) -> str:
    """Return the address of an entry in its cluster's audit log; empty for who may not see it."""
    if entry is None or not may(granted(request), "audit.view", entry.cluster, entry.resource):
        return ""
    query = {"q": entry.resource, "action": entry.action, "username": entry.username}
    return f"{reverse('audit', entry.cluster, query=query)}#entry-{entry.pk}"


class KafkaErrorMiddleware:
    """Middleware that renders a failure raised by a view, with its cause and advice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ApprovalNeeded):
            return waits(request, error)
        if isinstance(error, AlreadyApplied):
            return repeated(request, error)
        failure = failure_of(error)
        if failure is None:
            return None
        status = status_of(failure)
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"error": failure.sentence, "advice": failure.advice}, status=status)
        template = "failure.html#failure" if wants_part(request) else "failure.html"
        return render(request, template, {"failure": failure}, status=status)
