"""The axes of charts: round numbers upwards, round times across. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, tzinfo

from core.web.time_zones import local

ROUND = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)  # half of each is round, too
DAY = 86400
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, DAY, 2 * DAY, 7 * DAY)
LONG_STEPS = (28 * DAY, 91 * DAY)
YEAR = 365 * DAY
YEARS = [years * ten for ten in (1, 10, 100, 1000) for years in (1, 2, 5)]  # as one wrong timestamp makes them
MOST_TICKS = 6
SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class Tick:
    """A round time: how far across it is, in percent, and its text."""

    percent: float
    text: str


def ceiling(value: float, unit: str) -> float:
    """Return the round number at or above a value, in the unit it is written in; bytes are rounded by their prefix."""
    if value <= 0:
        return 1.0
    base = 1024.0 ** min(5, int(math.log(value, 1024))) if unit.startswith("bytes") and value >= 1 else 1.0
    amount = value / base
    ten = 10.0 ** math.floor(math.log10(amount))
    return next(step for step in ROUND if amount <= step * ten * (1 + 1e-9)) * ten * base


def ticks(span: Sequence[float], zone: tzinfo = UTC) -> tuple[Tick, ...]:
    """Return the round times within a span, in seconds since 1970, as a time zone writes them."""
    start, end = span
    if end <= start:
        return ()
    step = next((step for step in (*STEPS, *LONG_STEPS) if (end - start) / step <= MOST_TICKS), None)
    if step is None:
        return years(start, end, zone)
    offset = moment(start, zone).utcoffset()
    shift = offset.total_seconds() if offset else 0.0  # so that days begin at the zone's midnight
    first = math.ceil((start + shift) / step) * step - shift
    form = "%H:%M:%S" if step < SECONDS_A_MINUTE else "%H:%M" if step < DAY else "%d %b"
    moments = (first + number * step for number in range(int((end - first) // step) + 1))
    return tuple(Tick(round(100 * (at - start) / (end - start), 2), f"{moment(at, zone):{form}}") for at in moments)


def years(start: float, end: float, zone: tzinfo) -> tuple[Tick, ...]:
    """Return the beginnings of round years within a span."""
    step = next(step for step in YEARS if (end - start) / YEAR / step <= MOST_TICKS)
    first, last = (-(-moment(at, zone).year // step) * step for at in (start, end))
    begins = {
        year: datetime(year, 1, 1, tzinfo=zone).timestamp() for year in range(first, min(last, MAXYEAR) + 1, step)
    }
    percents = {year: round(100 * (at - start) / (end - start), 2) for year, at in begins.items() if start <= at <= end}
    return tuple(Tick(percent, str(year)) for year, percent in percents.items())


def moment(seconds: float, zone: tzinfo) -> datetime:
    return local(datetime.fromtimestamp(seconds, UTC), zone)
