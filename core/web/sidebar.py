"""Whether somebody has collapsed the sidebar to a rail of icons: a cookie, which a form sets without any script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COLLAPSED, YEAR = "collapsed", 365 * 86400


def is_collapsed(request: HttpRequest) -> bool:
    return request.COOKIES.get(settings.SIDEBAR_COOKIE_NAME) == COLLAPSED


@require_POST
def toggle(request: HttpRequest) -> HttpResponse:
    """Collapse or expand the sidebar, and go back to the page that it was on."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = redirect(back if safe else "home")
    response.set_cookie(
        settings.SIDEBAR_COOKIE_NAME,
        "expanded" if is_collapsed(request) else COLLAPSED,
        max_age=YEAR,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
