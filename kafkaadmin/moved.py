"""Addresses that pages had before: they redirect for good, with what follows them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import path


def to(before: str, after: str) -> Callable[..., HttpResponsePermanentRedirect]:
    """Return a view that exchanges a part of its own address; what follows it, and the query, stay as they are."""

    def redirect(request: HttpRequest, cluster: str, **_: str) -> HttpResponsePermanentRedirect:
        former = f"/clusters/{cluster}{before}"  # a cluster may have the area's name
        return HttpResponsePermanentRedirect(request.get_full_path().replace(former, f"/clusters/{cluster}{after}", 1))

    redirect.login_required = False  # type: ignore[attr-defined]  # the new address asks for a sign-in
    return redirect


moved = [
    path("clusters/<slug:cluster>/findings/", to("/findings/", "/alerts/"), name="moved"),
    path("clusters/<slug:cluster>/findings/<path:rest>", to("/findings/", "/alerts/"), name="moved"),
    path("clusters/<slug:cluster>/lag/", to("/lag/", "/groups/"), name="moved"),
]
