"""What pages tell administrators of a sign-in configuration that cannot be used."""

from typing import Any

from django.http import HttpRequest

from accounts.access import granted
from accounts.people.changes import MANAGE
from accounts.permissions import may
from accounts.single_sign_on.in_force import failures_now


def sign_in_context(request: HttpRequest) -> dict[str, Any]:
    """Return what is wrong, for whoever may manage users."""
    return {"sign_in_failures": failures_now() if may(granted(request), MANAGE, "*", "*") else []}
