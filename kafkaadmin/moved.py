"""Addresses that pages had before: they redirect for good, with what follows them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import re_path


def to(before: str, after: str) -> Callable[..., HttpResponsePermanentRedirect]:
    """Return a view that exchanges a part of its own address; what follows it, and the query, stay as they are."""

    def redirect(request: HttpRequest, **_: str) -> HttpResponsePermanentRedirect:
        return HttpResponsePermanentRedirect(request.get_full_path().replace(before, after, 1))

    redirect.login_required = False  # type: ignore[attr-defined]  # the new address asks for a sign-in
    return redirect


moved = [
    re_path(r"^clusters/(?P<cluster>[-\w]+)/findings/", to("/findings/", "/alerts/"), name="moved"),
    re_path(r"^clusters/(?P<cluster>[-\w]+)/lag/$", to("/lag/", "/groups/"), name="moved"),
]
