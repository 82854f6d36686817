"""Requesting a comparison now."""

import time
from datetime import timedelta

from django.utils import timezone

from clusters.manifests.drift.tasks import compare_with_manifest
from clusters.models import Cluster, ClusterManifest

PATIENCE = 4.0  # seconds that a page waits for the worker
STEP = 0.1


def compare_soon(cluster: Cluster) -> None:
    """Have the cluster compared by the next beat: something was changed."""
    ClusterManifest.objects.filter(cluster=cluster).update(due_at=timezone.now())


def compare_now(cluster: Cluster) -> bool:
    """Ask a worker for a comparison and wait a little; return whether one that began after the call has ended."""
    requested = timezone.now()
    compare_soon(cluster)
    compare_with_manifest.apply_async((cluster.pk,), expires=PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ended = ClusterManifest.objects.filter(cluster=cluster).values_list("compared_at", "seconds").first()
        if ended is None or (ended[0] and ended[0] - timedelta(seconds=ended[1]) >= requested):
            return True
        time.sleep(STEP)
    return False
