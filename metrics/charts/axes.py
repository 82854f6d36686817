"""The axes of charts: round numbers upwards, quarters of the time across. Pure."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

ROUND = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)  # half of each is round, too
DAY = 86400


def ceiling(value: float, unit: str) -> float:
    """Return the round number at or above a value, in the unit it is written in; bytes are rounded by their prefix."""
    if value <= 0:
        return 1.0
    base = 1024.0 ** min(5, int(math.log(value, 1024))) if unit.startswith("bytes") and value >= 1 else 1.0
    amount = value / base
    ten = 10.0 ** math.floor(math.log10(amount))
    return next(step for step in ROUND if amount <= step * ten * (1 + 1e-9)) * ten * base


def quarters(times: Sequence[int], zone: tzinfo = UTC) -> tuple[str, ...]:
    """Return the moments at the beginning and at each quarter of a chart as text."""
    if len(times) < 2:
        return ()
    span = times[-1] - times[0]
    form = "%H:%M:%S" if span < 240 else "%H:%M" if span <= DAY else "%d %b %H:%M" if span <= 8 * DAY else "%d %b"
    return tuple(f"{datetime.fromtimestamp(times[0] + span * part // 4, zone):{form}}" for part in range(4))
