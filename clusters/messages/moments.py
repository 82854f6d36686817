"""Times that people name without a clock: the last hour, yesterday. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SPANS = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1)}
SHORTCUTS = {"5m": "Last 5 minutes", "1h": "Last hour", "today": "Today", "yesterday": "Yesterday"}


@dataclass(frozen=True)
class Period:
    """From a moment, to before another one, if there is an end."""

    since: datetime
    until: datetime | None = None


def period(shortcut: str, now: datetime) -> Period:
    """Return what a shortcut means at a moment, in the time zone of which its days are."""
    if shortcut in SPANS:
        return Period((now - SPANS[shortcut]).replace(microsecond=0))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(midnight) if shortcut == "today" else Period(midnight - timedelta(days=1), midnight)
