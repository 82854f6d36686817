"""Keeping the inventory of connectors current: a beat task that finds due Connect clusters, and a task for one."""

import time
from datetime import timedelta

from celery import shared_task
from celery.utils.log import get_task_logger
from django.utils import timezone

from clusters.connect import mirror
from clusters.connect.mirror import ConnectPass
from clusters.connect.restarting.scheduled import restart_scheduled
from clusters.gateway.connect.client import Connect
from clusters.gateway.errors import KafkaFailure
from clusters.models import ConnectCluster

EVERY = 10.0  # seconds between two passes
UNREACHABLE = 30.0  # seconds until a Connect cluster that does not answer is asked again
STRETCH = 4  # the next pass waits at least this many times the duration of the last one
QUEUED = 30  # seconds that a message may wait for a worker; it is not sent again earlier
log = get_task_logger(__name__)


@shared_task(name="clusters.connect.tasks.mirror_connect_due")
def mirror_connect_due() -> None:
    """Start a pass for every Connect cluster that is due and not leased."""
    for pk in ConnectCluster.queue_due(timezone.now(), QUEUED):
        mirror_connect.apply_async((pk,), expires=QUEUED)


@shared_task(name="clusters.connect.tasks.mirror_connect")
def mirror_connect(pk: int) -> None:
    """Mirror one Connect cluster once, unless another worker is doing it."""
    row = ConnectCluster.take(pk, timezone.now())
    if row is None:
        return
    started = time.monotonic()
    try:
        look(row)
    finally:
        row.seconds = time.monotonic() - started
        finish(row)


def look(row: ConnectCluster) -> None:
    """Make a pass and keep what came of it."""
    connect = Connect(row.connection(), seconds=mirror.SECONDS, each=mirror.EACH)
    try:
        ConnectPass(row, connect, timezone.now()).run()
        row.error = row.advice = ""
        restart_scheduled(row, connect, timezone.now())
    except KafkaFailure as failure:
        log.warning("%s: %s", row, failure.sentence)
        row.error, row.advice = failure.sentence, failure.advice
    row.requests = connect.requests


def finish(row: ConnectCluster) -> None:
    """Save the state and release the lease, unless another worker has taken it meanwhile."""
    now = timezone.now()
    due_at = now + timedelta(seconds=max(UNREACHABLE if row.error else EVERY, STRETCH * row.seconds))
    row.release(**{name: getattr(row, name) for name in ConnectCluster.STATE}, looked_at=now, due_at=due_at)
