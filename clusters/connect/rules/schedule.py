"""When the schedule restarts a connector: so often in a day, and then no more until a day is over. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOW = timedelta(days=1)


def recent(restarts: Iterable[str], now: datetime) -> list[str]:
    """Return the restarts of the last day; those that a clock set back makes lie ahead count too."""
    return [moment for moment in restarts if now - datetime.fromisoformat(moment) < WINDOW]


def may_restart(restarts: Iterable[str], most: int, now: datetime) -> bool:
    return len(recent(restarts, now)) < most
