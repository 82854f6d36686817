"""The Celery app, for workers and for the processes that send them tasks."""

import os
import threading
from concurrent.futures import CancelledError, Executor
from contextlib import suppress
from typing import Any

from celery import Celery, bootsteps
from celery.signals import setup_logging, worker_ready

from core.memory import settle
from kafkaadmin.runtime import heartbeat
from kafkaadmin.runtime.celery_settings import celery_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kafkaadmin.settings")

EVERY = 5.0  # seconds between two heartbeats
app = Celery("kafkaadmin")
app.conf.update(celery_settings())
app.autodiscover_tasks()
app.autodiscover_tasks(["clusters.approvals", "clusters.jobs", "clusters.schemas"])


class Heartbeat(bootsteps.StartStopStep):
    """Has the worker's pool touch the worker's file: a pool whose threads all hang does not.

    It does not depend on Redis: restarting a worker does not bring Redis back.
    """

    requires = ("celery.worker.components:Pool",)

    def start(self, parent: Any) -> None:
        self.ended = threading.Event()
        threading.Thread(target=self.go_on, args=(parent.pool.executor,), daemon=True).start()

    def go_on(self, pool: Executor) -> None:
        """Beat until stopped, or until the pool ends; each beat waits for the one before."""
        with suppress(CancelledError, RuntimeError):
            while not self.ended.is_set():
                pool.submit(heartbeat.touch, "worker").result()
                self.ended.wait(EVERY)

    def stop(self, parent: Any) -> None:
        self.ended.set()


app.steps["worker"].add(Heartbeat)


@setup_logging.connect
def leave_logging_to_django(**_: Any) -> None:
    """Keep Celery from replacing Django's logging."""


@worker_ready.connect
def settle_down(**_: Any) -> None:
    """Hide what every task needs from the garbage collector."""
    settle()
