"""Data loss: what expired before it was read, and how soon retention reaches what is unread."""

from dataclasses import dataclass

from core.web.formats import duration, plural
from lag.verdicts.time_lag import time_lag
from lag.windows.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Horizon:
    """How close retention is to a committed offset.

    ``expired`` counts the records deleted unread, as offsets; None where the log's start is unknown. ``seconds_left``
    is the time until the oldest unread record may be deleted: 0 where some were, None where unknown or nothing is
    unread. ``at_most`` says that it may be less, because the record is older than the history.
    """

    expired: int | None
    seconds_left: float | None
    at_most: bool = False

    @property
    def sentence(self) -> str:
        """The loss, or the time that is left, in words; empty where neither is known."""
        if self.expired:
            return f"{plural(self.expired, 'record')} deleted by retention before being consumed"
        if self.seconds_left is None:
            return ""
        if not self.seconds_left:
            return "unconsumed records may reach retention at any moment"
        return f"unconsumed records reach retention in {'≤ ' if self.at_most else ''}{duration(self.seconds_left)}"


def horizon(
    committed: int, log_start: int | None, timeline: Timeline, retention_ms: int | None, now_ms: int
) -> Horizon:
    """Return what a consumer lost, and when it begins to lose.

    ``retention_ms`` is the topic's ``retention.ms``; None or below 0 where age deletes nothing (unlimited, or
    compacted). Kafka deletes whole segments, so a record may outlive this; a limit in bytes may delete it earlier.
    """
    expired = None if log_start is None else max(log_start - committed, 0)
    if expired:
        return Horizon(expired, 0.0)
    behind = time_lag(committed, timeline, now_ms)
    if retention_ms is None or retention_ms < 0 or behind is None or committed >= timeline.ends[-1]:
        return Horizon(expired, None)
    return Horizon(expired, max(retention_ms / 1000 - behind.seconds, 0.0), behind.at_least)
