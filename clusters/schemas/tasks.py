"""Keeping the inventory of schema registries current: a beat task that finds due ones, and a task for one."""

import time
from datetime import timedelta

from celery import shared_task
from celery.utils.log import get_task_logger
from django.utils import timezone

from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry.client import Registry
from clusters.models import SchemaRegistry, Subject
from clusters.schemas.mirror import SECONDS, RegistryPass
from clusters.schemas.totals import totals_of

EVERY = 30.0  # seconds between two passes
UNREAD = 5.0  # while there are subjects that were never read
STRETCH = 4  # the next pass waits at least this many times the duration of the last one
QUEUED = 30  # seconds that a message may wait for a worker; it is not sent again earlier
log = get_task_logger(__name__)


@shared_task(name="clusters.schemas.tasks.mirror_registries_due")
def mirror_registries_due() -> None:
    """Start a pass for every registry that is due and not leased."""
    for pk in SchemaRegistry.queue_due(timezone.now(), QUEUED):
        mirror_registry.apply_async((pk,), expires=QUEUED)


@shared_task(name="clusters.schemas.tasks.mirror_registry")
def mirror_registry(pk: int) -> None:
    """Mirror one registry once, unless another worker is doing it."""
    row = SchemaRegistry.take(pk, timezone.now())
    if row is None:
        return
    started = time.monotonic()
    try:
        look(row)
    finally:
        row.seconds = time.monotonic() - started
        finish(row)


def look(row: SchemaRegistry) -> None:
    """Make a pass and keep what came of it."""
    registry = Registry(row.connection(), seconds=SECONDS)
    try:
        RegistryPass(row, registry, timezone.now()).run()
        row.error = row.advice = ""
    except KafkaFailure as failure:
        log.warning("%s: %s", row, failure.sentence)
        row.error, row.advice = failure.sentence, failure.advice
    row.requests = registry.requests


def finish(row: SchemaRegistry) -> None:
    """Save the state and release the lease, unless another worker has taken it meanwhile."""
    now = timezone.now()
    totals = totals_of(Subject.objects.filter(registry=row))
    interval = UNREAD if totals["unread"] and not row.error else EVERY
    due_at = now + timedelta(seconds=max(interval, STRETCH * row.seconds))
    state = {name: getattr(row, name) for name in SchemaRegistry.STATE}
    row.release(**state, totals=totals, looked_at=now, due_at=due_at)
