"""Celery, for workers and whoever gives them work."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready

from kafkaadmin.celery_settings import celery_settings
from kafkaadmin.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kafkaadmin.settings")

app = Celery("kafkaadmin")
app.conf.update(celery_settings())
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_to_django(**_: Any) -> None:
    """Keep Celery from replacing Django's logging."""


@worker_ready.connect
def settle_down(**_: Any) -> None:
    """Begin with what every task needs set aside."""
    settle()
