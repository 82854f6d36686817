"""Celery's beat: an app that knows when to send which task by name, and nothing about the tasks.

Without Django's apps and the Kafka clients it takes a third of a worker's memory.
"""

import os
import time
from typing import Any

from celery import Celery, beat
from celery.signals import setup_logging
from django.conf import settings
from django.utils.log import configure_logging

from kafkaadmin.runtime import heartbeat
from kafkaadmin.runtime.celery_settings import celery_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kafkaadmin.settings")

JUMP = 5.0  # seconds
PAUSE = 0.02  # seconds between two looks at the schedule: within its last 10 ms Celery would look without a pause
app = Celery("kafkaadmin", fixups=[])
app.conf.update(celery_settings())


@setup_logging.connect
def log_as_django(**_: Any) -> None:
    """Log as all other processes do."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


class Scheduler(beat.Scheduler):
    """Keeps going when the clock is set back; plain beat would wait until the clock has caught up.

    It notices that the wall clock moved against the monotonic one, and then restarts its schedule.
    It stores nothing in a file: every task comes round again soon, and a file needs space on a disk.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.distance = distance()
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """Send the tasks that are due; return the seconds until the next one is."""
        if abs(distance() - self.distance) > JUMP:
            self.distance = distance()
            self.restart_schedule()
        pause = super().tick(*args, **kwargs)
        if pause == 0:  # a task was sent; the next one may be due as well
            return pause
        heartbeat.touch("beat")
        return max(pause, PAUSE)

    def restart_schedule(self) -> None:
        """Forget the future: nothing was run later than now."""
        for entry in self.schedule.values():
            now = entry.default_now()
            entry.last_run_at = min(entry.last_run_at or now, now)
        self._heap = None


def distance() -> float:
    """Return by how much the wall clock is ahead of the monotonic one, in seconds."""
    return time.time() - time.monotonic()
