"""Times in the viewer's time zone: a cookie names it, which a script sets from the browser; without it they are UTC."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

NAME = re.compile(r"[A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
FOR_PROGRAMS = "/api/"  # there, a time without a zone is UTC whoever asks


class TimeZoneMiddleware:
    """Has pages write and read times in the zone of the viewer's cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(settings.TIME_ZONE_COOKIE_NAME, "")
        with timezone.override(UTC if request.path_info.startswith(FOR_PROGRAMS) else zone_called(name)):
            return self.get_response(request)


def zone_called(name: str) -> tzinfo:
    """Return a time zone by its name in the IANA's database; UTC for anything else."""
    if not NAME.fullmatch(name):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        return UTC


def local(moment: datetime, zone: tzinfo | None = None) -> datetime:
    """Return a moment in a zone, the viewer's if no other; in UTC where the calendar ends there: on 9999-12-31."""
    try:
        return timezone.localtime(moment, zone)
    except (OverflowError, ValueError):
        return moment.astimezone(UTC)


def in_zone(moment: datetime) -> str:
    """Write a moment in the viewer's zone: ``2026-11-29 14:00:00 CET``."""
    return f"{local(moment):%Y-%m-%d %H:%M:%S %Z}"


def in_both_zones(moment: datetime) -> str:
    """Write a moment in the viewer's zone and in UTC, once where they are the same."""
    utc = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    local = in_zone(moment)
    return utc if local == utc else f"{local} = {utc}"


def zone_name() -> str:
    """Return the name of the viewer's zone, such as Europe/Berlin."""
    return timezone.get_current_timezone_name()
