"""The time range of a page, from its address and back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

RECENT = {"15m": 900, "1h": 3600, "3h": 3 * 3600, "12h": 12 * 3600, "24h": 86400, "7d": 7 * 86400, "30d": 30 * 86400}
DEFAULT = "1h"
LONGEST = 366 * 86400


@dataclass(frozen=True)
class Range:
    """From when to when, in seconds since 1970. ``name`` is set for a range that ends now, and so moves."""

    start: int
    end: int
    name: str = ""

    @property
    def seconds(self) -> int:
        return self.end - self.start

    @property
    def query(self) -> str:
        """The range as the query of a link that can be shared."""
        return f"range={self.name}" if self.name else f"from={self.start}&to={self.end}"

    def wider(self) -> "Range":
        """Return twice the range around the same middle."""
        return Range(self.start - self.seconds // 2, self.end + self.seconds // 2)


def range_from_query(query: Mapping[str, str], now: int, zone: tzinfo = UTC) -> Range:
    """Return the range of a page's query: ``from`` and ``to``, or a ``range`` that ends now."""
    start, end = _moment(query.get("from", ""), zone), _moment(query.get("to", ""), zone)
    if start is not None and end is not None and start < end:
        return between(start, end, now)
    name = query.get("range", DEFAULT)
    return lasting(name if name in RECENT else DEFAULT, now)


def lasting(name: str, now: int) -> Range:
    """Return the range with that name, which ends now."""
    return Range(now - RECENT[name], now, name)


def between(start: int, end: int, now: int) -> Range:
    """Return the range between two times, not beyond now, of at least a minute and at most a year."""
    end = min(end, now)
    return Range(max(min(start, end - 60), end - LONGEST), end)


def seconds(moment: datetime) -> int:
    """Return a moment as seconds since 1970; without a time zone it is UTC."""
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _moment(text: str, zone: tzinfo) -> int | None:
    """Parse seconds since 1970, or a date and time in a zone as browsers send it; None for anything else."""
    if text.isascii() and text.isdecimal() and len(text) < 12:
        return int(text)
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())
    except ValueError:
        return None
