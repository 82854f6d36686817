"""Sessions of people who signed in at a provider end when that says so."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Identity
from accounts.single_sign_on.providers import configured
from accounts.single_sign_on.renewal import is_current

IDENTITY = "sso_identity"  # the session's key


class SingleSignOnMiddleware:
    """Signs out whoever their provider does not know any more; the sign-in page comes next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        configured()  # a start says what is wrong with a provider, not the sign-in page
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        pk = request.session.get(IDENTITY) if request.user.is_authenticated else None
        if pk is not None:
            identity = Identity.objects.select_related("user").filter(pk=pk, user=request.user.pk).first()
            if identity is None or not is_current(identity, timezone.now()):
                logout(request)
        return self.get_response(request)
