"""Celery's beat, which goes on when the clock is set back; of itself it would wait for the clock to be there again."""

import time
from typing import Any

from celery.beat import PersistentScheduler

JUMP = 5.0  # seconds


class Scheduler(PersistentScheduler):
    """Notices that the wall clock moved against the one that cannot be set, and begins its schedule anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.distance = distance()
        super().__init__(*args, **kwargs)
        self.begin_anew()  # what was stored may be of a clock that ran ahead

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """Do what is due; return the seconds until something is."""
        if abs(distance() - self.distance) > JUMP:
            self.distance = distance()
            self.begin_anew()
        return super().tick(*args, **kwargs)

    def begin_anew(self) -> None:
        """Forget the future: nothing was run later than now."""
        for entry in self.schedule.values():
            now = entry.default_now()
            entry.last_run_at = min(entry.last_run_at or now, now)
        self._heap = None


def distance() -> float:
    """Return by how much the wall clock is ahead of the monotonic one, in seconds."""
    return time.time() - time.monotonic()
