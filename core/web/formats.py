"""How numbers, sizes and ages are written. Unknown is an en dash, never 0."""

from collections.abc import Sequence
from datetime import datetime

UNKNOWN = "–"
UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
LARGEST_AMOUNT = 999.95  # rounded to one place it is 1,000.0, which belongs to the next unit


def count(value: int | None) -> str:
    """Return a whole number with thousands separators."""
    return UNKNOWN if value is None else f"{value:,}"


def at_most(value: int | None, is_bound: bool) -> str:
    """Return a whole number, marked where it is an upper bound: ``≤ 304``."""
    return f"≤ {count(value)}" if is_bound and value else count(value)


def size(value: int | None) -> str:
    """Return bytes in a binary unit, with at most three digits before the point: from 1,000 on in the next one."""
    if value is None:
        return UNKNOWN
    amount, unit = float(value), 0
    while amount >= LARGEST_AMOUNT and unit < len(UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{value:,} B" if unit == 0 else f"{amount:,.1f} {UNITS[unit]}"


def rate(value: float | None) -> str:
    """Return records per second: ``1,234/s``, ``6.5/s``, ``0.03/s``."""
    if value is None:
        return UNKNOWN
    return f"{value:,.1f}".removesuffix(".0") + "/s" if value >= 1 or not value else f"{value:.2g}/s"


def exact_rate(value: float) -> str:
    """Return records per second to the thousandth."""
    return f"{value:,.3f}".rstrip("0").rstrip(".") + " records/s"


def duration(seconds: float) -> str:
    """Return a time span in its two largest units: ``45 s``, ``3 min 20 s``, ``2 h 5 min``, ``3 d 4 h``."""
    whole = max(0, int(seconds))
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{minutes} min {whole % 60} s" if whole % 60 else f"{minutes} min"
    if whole < 86400:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"


def behind(seconds: float | None, *, at_least: bool) -> str:
    """Return how long behind: ``> 2 h`` where it may be more."""
    if seconds is None:
        return UNKNOWN
    return f"> {duration(seconds)}" if at_least else duration(seconds)


def age(moment: datetime | None, now: datetime) -> str:
    """Return how long ago ``moment`` was."""
    return "never" if moment is None else f"{duration((now - moment).total_seconds())} ago"


def total(known_sum: int | None, unknown: int) -> str:
    """Return a sum that says how many of its parts are unknown: ``12,340 + 2 unknown``."""
    if not unknown:
        return count(known_sum)
    return f"{count(known_sum)} + {unknown:,} unknown" if known_sum is not None else UNKNOWN


def first_names(names: Sequence[str], most: int = 10) -> str:
    """Return the first of some names, and how many more there are: ``a, b and 3 more``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def plural(number: int, singular: str, several: str = "") -> str:
    """Return the number with its noun: ``1 topic``, ``2,001 topics``."""
    return f"{number:,} {singular if number == 1 else several or singular + 's'}"
