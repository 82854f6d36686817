"""Where gateway errors become a page, a fragment, or JSON."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from clusters.gateway.errors import (
    AlreadyExists,
    Busy,
    Conflict,
    KafkaFailure,
    NotAuthorized,
    NotFound,
    TimedOut,
    Unreachable,
)
from core.web.page import wants_part

STATUS: tuple[tuple[type[KafkaFailure], int], ...] = (
    (NotFound, 404),
    (NotAuthorized, 403),
    (AlreadyExists, 409),
    (Conflict, 409),
    (Busy, 503),
    (TimedOut, 504),
    (Unreachable, 502),
)


def status_of(failure: KafkaFailure) -> int:
    """Return the HTTP status for a failure."""
    return next((status for kind, status in STATUS if isinstance(failure, kind)), 502)


class KafkaErrorMiddleware:
    """Middleware that renders a ``KafkaFailure`` raised by a view, with its cause and advice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, KafkaFailure):
            return None
        status = status_of(error)
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"error": error.sentence, "advice": error.advice}, status=status)
        template = "failure.html#failure" if wants_part(request) else "failure.html"
        return render(request, template, {"failure": error}, status=status)
