"""How far a job is, how fast, and how long it still takes. Pure; unknown is None."""

from dataclasses import dataclass
from datetime import datetime

SHORT = 1.0  # seconds after which a rate means something


@dataclass(frozen=True)
class Progress:
    """A job's counts and times. ``stepped_at`` is when ``done`` was counted; ``held_up`` while it is tried again."""

    done: int
    total: int | None
    started_at: datetime | None
    stepped_at: datetime | None
    ended_at: datetime | None
    held_up: bool = False

    @property
    def percent(self) -> int | None:
        """The share that is done; 100 only at the end."""
        if self.total is None:
            return None
        return min(100, self.done * 100 // self.total) if self.total else 100

    @property
    def per_second(self) -> float | None:
        """The mean rate since it started."""
        if self.started_at is None or self.stepped_at is None:
            return None
        seconds = (self.stepped_at - self.started_at).total_seconds()
        return self.done / seconds if seconds >= SHORT else None

    @property
    def seconds_left(self) -> float | None:
        if self.total is None or self.ended_at or self.held_up or not self.per_second:
            return None
        return max(0, self.total - self.done) / self.per_second

    def seconds(self, now: datetime) -> float | None:
        """Return how long it has run, or ran."""
        return ((self.ended_at or now) - self.started_at).total_seconds() if self.started_at else None
