"""Keeping the inventory of schema registries current: a beat task that finds due ones, and a task for one."""

import time
from datetime import timedelta

from celery import shared_task
from celery.utils.log import get_task_logger
from django.db.models import Q
from django.utils import timezone

from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry.client import Registry
from clusters.models import Cluster, RegistryMirror, Subject
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
    owners = Cluster.objects.exclude(registry_url="")
    RegistryMirror.objects.bulk_create(
        [RegistryMirror(cluster=cluster) for cluster in owners.filter(registry_mirror=None)], ignore_conflicts=True
    )
    for pk in RegistryMirror.queue_due(timezone.now(), QUEUED, Q(cluster__in=owners)):
        mirror_registry.apply_async((pk,), expires=QUEUED)


@shared_task(name="clusters.schemas.tasks.mirror_registry")
def mirror_registry(cluster_id: int) -> None:
    """Mirror one registry once, unless another worker is doing it."""
    mirror = RegistryMirror.take(cluster_id, timezone.now())
    if mirror is None:
        return
    started = time.monotonic()
    try:
        look(mirror)
    finally:
        mirror.seconds = time.monotonic() - started
        finish(mirror)


def look(mirror: RegistryMirror) -> None:
    """Make a pass and keep what came of it."""
    connection = mirror.cluster.registry()
    if connection is None:
        return
    registry = Registry(connection, seconds=SECONDS)
    try:
        RegistryPass(mirror, registry, timezone.now()).run()
        mirror.error = mirror.advice = ""
    except KafkaFailure as failure:
        log.warning("%s: %s", mirror.cluster.slug, failure.sentence)
        mirror.error, mirror.advice = failure.sentence, failure.advice
    mirror.requests = registry.requests


def finish(mirror: RegistryMirror) -> None:
    """Save the state and release the lease, unless another worker has taken it meanwhile."""
    now = timezone.now()
    totals = totals_of(Subject.objects.filter(cluster=mirror.cluster_id))
    interval = UNREAD if totals["unread"] and not mirror.error else EVERY
    due_at = now + timedelta(seconds=max(interval, STRETCH * mirror.seconds))
    names = ("url", "current_as_of", "error", "advice", "seconds", "requests", "compatibility", "mode")
    mirror.release(**{name: getattr(mirror, name) for name in names}, totals=totals, looked_at=now, due_at=due_at)
