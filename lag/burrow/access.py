"""Who may use Burrow's interfaces. Burrow itself lets everyone; a network needs more."""

import hmac

from django.conf import settings
from django.http import HttpRequest

from accounts.access import granted
from accounts.permissions import resource_globs


def may_read(request: HttpRequest, *, public: bool, token: str) -> bool:
    """Tell whether a request may read: this machine only, made public, with the token, or signed in."""
    if public or settings.LISTENS_ON_LOOPBACK or has_token(request, token):
        return True
    return request.user.is_authenticated and "*" in resource_globs(granted(request), "lag.view", "*")


def has_token(request: HttpRequest, token: str) -> bool:
    """Tell whether a request carries the token; never where no token is set."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return bool(token) and hmac.compare_digest(sent.encode(), token.encode())
