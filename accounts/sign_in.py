"""Who is not signed in goes to the sign-in page; a part of a page that renews itself takes the whole page there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import resolve_url


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's, which also answers htmx: following its redirect would put the sign-in form inside the page."""

    def handle_no_permission(  # type: ignore[override]  # the stubs know of redirects only
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if request.headers.get("HX-Request") != "true":
            return super().handle_no_permission(request, view_func)
        query = QueryDict(mutable=True)
        query["next"] = path_of(request.headers.get("HX-Current-URL", "")) or request.get_full_path()
        url = f"{resolve_url(settings.LOGIN_URL)}?{query.urlencode(safe='/')}"
        return HttpResponse(status=401, headers={"HX-Redirect": url})


def may_use_password(user: Any) -> bool:
    """Tell whether a user may sign in with a password that kafkaadmin keeps itself."""
    return settings.LOCAL_SIGN_IN == "everybody" or (settings.LOCAL_SIGN_IN == "superusers" and user.is_superuser)


def path_of(url: str) -> str:
    """Return the path and query of an address, without the server's name."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
