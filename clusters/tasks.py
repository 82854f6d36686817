"""Keeping the inventory current: a beat task that finds due clusters, and a task that mirrors one."""

import time
from datetime import timedelta

from celery import shared_task
from celery.utils.log import get_task_logger
from django.conf import settings
from django.utils import timezone

from clusters.declaration.configuration import declare_changed
from clusters.gateway.clients import pool
from clusters.gateway.clients.cache import Cache
from clusters.gateway.clients.traffic import Traffic
from clusters.gateway.errors import KafkaFailure, OtherCluster
from clusters.inventory.last_run import LastRun
from clusters.inventory.mirror import MirrorRun, is_current
from clusters.inventory.totals import totals_of
from clusters.inventory.writes import Overtaken
from clusters.models import Cluster, Mirror
from core.memory import borrowed

UNREACHABLE = 30  # seconds between runs for a cluster that does not answer
QUEUED = 30  # seconds that a message may wait for a worker; it is not sent again earlier
SOON = 2  # seconds until the next run when parts of this one failed for the first time
STRETCH = 2  # the next run waits at least this many times the duration of the last one
log = get_task_logger(__name__)
_traffic: dict[int, Traffic] = {}
_last_runs: Cache[LastRun] = Cache(close=lambda _: None)


@shared_task(name="clusters.tasks.mirror_due")
def mirror_due() -> None:
    """Start a run for every cluster that is due and not leased."""
    missing = Cluster.objects.filter(mirror=None).values_list("pk", flat=True)
    Mirror.objects.bulk_create([Mirror(cluster_id=pk) for pk in missing], ignore_conflicts=True)
    for pk in Mirror.queue_due(timezone.now(), QUEUED):
        mirror_cluster.apply_async((pk,), expires=QUEUED)


@shared_task(name="clusters.tasks.apply_changed_configuration")
def apply_changed_configuration() -> None:
    """Apply the configuration's file when it changed, as a mounted Secret does."""
    for sentence in declare_changed():
        log.warning("%s", sentence)


@shared_task(name="clusters.tasks.mirror_cluster")
@borrowed()
def mirror_cluster(cluster_id: int) -> None:
    """Mirror one cluster once, unless another worker is doing it."""
    mirror = Mirror.take(cluster_id, timezone.now())
    if mirror is None:
        return
    started, was_complete = time.monotonic(), not mirror.failures
    try:
        look(mirror)
    finally:
        mirror.seconds = time.monotonic() - started
        count_costs(mirror)
        finish(mirror, retry_soon=was_complete and bool(mirror.failures))


def count_costs(mirror: Mirror) -> None:
    """Store this process' traffic since its previous run for the cluster; unknown at the first one."""
    connection = mirror.cluster.connection()
    now = pool.traffic_of(connection)
    before = _traffic.get(mirror.pk)
    cost = now - before if before else None
    _traffic[mirror.pk] = now
    if cost and min(cost.requests, cost.sent, cost.received) >= 0:
        mirror.requests, mirror.bytes_sent, mirror.bytes_received = cost.requests, cost.sent, cost.received
    else:
        mirror.requests = mirror.bytes_sent = mirror.bytes_received = None


def look(mirror: Mirror) -> None:
    """Run the mirror once, unless nothing has changed since the last run, and keep the result."""
    now, connection = timezone.now(), mirror.cluster.connection()
    last_run = _last_runs.get(connection, lambda: LastRun(connection))
    run = MirrorRun(mirror.cluster, mirror, now, last_run)
    try:
        if is_current(mirror, last_run, now):
            mirror.current_as_of = now
            return
        last_run.forget()
        run.run()
        mirror.error = mirror.advice = ""
        mirror.replaced = False
    except Overtaken:
        log.info("%s changed during the refresh; refreshing again", mirror.cluster.slug)
        mirror.seconds = 0
    except KafkaFailure as failure:
        log.warning("%s: %s", mirror.cluster.slug, failure.sentence)
        mirror.error, mirror.advice = failure.sentence, failure.advice
        mirror.replaced = isinstance(failure, OtherCluster)
    mirror.failures = [[failure.subject, failure.sentence] for failure in run.failures]


def finish(mirror: Mirror, *, retry_soon: bool = False) -> None:
    """Save the state and release the lease, unless another worker has taken it meanwhile.

    A broker that has just died delays a run until the cluster has noticed; ``retry_soon`` brings the next run forward.
    """
    now = timezone.now()
    # A cluster that does not answer blocks a worker for seconds: it waits longer, so that the others stay current.
    interval = max(settings.INVENTORY_SECONDS, UNREACHABLE) if mirror.error else settings.INVENTORY_SECONDS
    wait = SOON if retry_soon else max(interval, STRETCH * mirror.seconds)
    values = {
        name: getattr(mirror, name)
        for name in (
            "kafka_cluster_id", "version", "controller_id", "current_as_of", "configs_as_of", "sizes_as_of",
            "requests", "bytes_sent", "bytes_received", "error", "advice", "replaced", "failures", "seconds",
            "acls_error", "users_error", "quotas_error", "authorizer_class", "super_users", "allow_everyone",
            "reassigning",
        )
    }  # fmt: skip
    due_at = now + timedelta(seconds=wait)
    mirror.release(**values, totals=totals_of(mirror.cluster), looked_at=now, due_at=due_at)
