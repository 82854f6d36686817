"""Which routes an address is looked up in: the API's are read when it is first asked.

They are a third of what a start would take and of what the web process would have in memory, and many installations
never ask for them.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def urlconf_of(path_info: str) -> str:
    """Return the module with the routes for an address below the base path."""
    return settings.API_URLCONF if path_info.startswith("/api/") else settings.ROOT_URLCONF


class RoutesMiddleware:
    """Gives each request its routes; comes after the path is as it was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Have Django resolve the request by them."""
        request.urlconf = urlconf_of(request.path_info)
        return self.get_response(request)
