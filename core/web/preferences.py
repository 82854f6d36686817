"""What somebody chose for themselves, such as hidden columns: cookies, which forms set without any script."""

from django.conf import settings
from django.http import HttpResponse

YEAR = 365 * 86400


def keep(response: HttpResponse, cookie: str, value: str) -> None:
    """Have the browser keep a choice for a year."""
    response.set_cookie(
        cookie,
        value,
        max_age=YEAR,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
