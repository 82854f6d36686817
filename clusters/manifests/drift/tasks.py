"""Comparing clusters with their manifests: a beat task that finds those that are due, and a task for one."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from clusters.manifests.drift.comparing import compare
from clusters.models import ClusterManifest

EVERY = 300.0  # seconds between two comparisons
AGAIN = 30.0  # seconds after one that was not possible
STRETCH = 10  # the next one waits at least this many times the duration of the last one
QUEUED = 30  # seconds that a message may wait for a worker; it is not sent again earlier


@shared_task(name="clusters.manifests.drift.tasks.compare_due")
def compare_due() -> None:
    """Start a comparison for every manifest that is due and not leased."""
    for pk in ClusterManifest.queue_due(timezone.now(), QUEUED):
        compare_with_manifest.apply_async((pk,), expires=QUEUED)


@shared_task(name="clusters.manifests.drift.tasks.compare_with_manifest")
def compare_with_manifest(pk: int) -> None:
    """Compare one cluster with its manifest, unless another worker is doing it."""
    row = ClusterManifest.take(pk, timezone.now())
    if row is None:
        return
    started = time.monotonic()
    comparison = compare(row, timezone.now())
    seconds = time.monotonic() - started
    wait = max(AGAIN if comparison.error else EVERY, STRETCH * seconds)
    now = timezone.now()
    row.release(**comparison.values(), seconds=seconds, compared_at=now, due_at=now + timedelta(seconds=wait))
