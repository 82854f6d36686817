"""Whether somebody has collapsed the sidebar to a rail of icons: a cookie, which a form sets without any script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from core.web.paths import back_to, reverse
from core.web.preferences import keep

COLLAPSED = "collapsed"


def is_collapsed(request: HttpRequest) -> bool:
    return request.COOKIES.get(settings.SIDEBAR_COOKIE_NAME) == COLLAPSED


@require_POST
def toggle(request: HttpRequest) -> HttpResponse:
    """Collapse or expand the sidebar, and go back to the page that it was on."""
    response = back_to(request, reverse("home"))
    keep(response, settings.SIDEBAR_COOKIE_NAME, "expanded" if is_collapsed(request) else COLLAPSED)
    return response
