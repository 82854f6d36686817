"""Sessions end when what they began by does not hold any more: an account at a provider, a proxy, a password.

So does a session by a password alone, where a second factor is asked for since.
"""

import logging
from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Identity
from accounts.second_factor.pending import has_passed
from accounts.second_factor.policy import is_asked_of
from accounts.sign_in import may_use_password
from accounts.single_sign_on.in_force import reading_failures
from accounts.single_sign_on.proxy import BY_PROXY, is_configured
from accounts.single_sign_on.renewal import is_current

IDENTITY = "sso_identity"  # the session's key
logger = logging.getLogger(__name__)


class SingleSignOnMiddleware:
    """Signs out whoever could not sign in that way any more; the sign-in page comes next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        for failure in reading_failures():
            logger.error("The sign-in configuration is not in force: %s", failure)
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not may_stay(request):
            logout(request)
        return self.get_response(request)


def may_stay(request: HttpRequest) -> bool:
    """Tell whether a session may go on, by how it began: the configuration may be another one since."""
    if (pk := request.session.get(IDENTITY)) is not None:
        identity = Identity.objects.select_related("user").filter(pk=pk, user=request.user.pk).first()
        return identity is not None and is_current(identity, timezone.now())
    if BY_PROXY in request.session:
        return is_configured()
    return may_use_password(request.user) and (has_passed(request.session) or not is_asked_of(request.user))
