"""What browsers and proxies may keep of responses: nothing that belongs to one user, unless a view says otherwise."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PAGES, FILES = "private, no-cache", "private, no-store"


class PrivateMiddleware:
    """Has no proxy keep pages, browsers ask before they show one again, and nobody keep files.

    Pages may be kept for the way back by a browser: it has what somebody has typed there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", FILES if "Content-Disposition" in response.headers else PAGES)
        return response
