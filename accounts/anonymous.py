"""Pages without signing in, where the operator gave anonymous visitors a role.

They act as the user ``anonymous``, also in the audit log; anybody who signs in acts as themselves.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

NAME = "anonymous"


class AnonymousRoleMiddleware:
    """Gives a request without a session the user ``anonymous``, except on the sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.ANONYMOUS_ROLE and not request.user.is_authenticated and request.path != reverse("login"):
            request.user = anonymous_user(settings.ANONYMOUS_ROLE)
        return self.get_response(request)


def anonymous_user(role: str) -> User:
    """Return the user ``anonymous``, who cannot sign in and has the role for as long as the setting says so."""
    user, made = User.objects.get_or_create(username=NAME)
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    user.anonymous_role = role  # type: ignore[attr-defined]
    return user


def is_visitor(user: Any) -> bool:
    """Tell whether somebody visits without an account."""
    return bool(getattr(user, "anonymous_role", ""))


def require_own_account(request: HttpRequest) -> None:
    """Refuse a visitor without an account.

    Raises:
        Http404: they have none.
    """
    if is_visitor(request.user):
        raise Http404("Without a sign-in, there is no account.")
