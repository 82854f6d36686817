"""Requesting a pass over a cluster's Connect clusters now."""

import time
from datetime import timedelta

from django.utils import timezone

from clusters.connect.tasks import mirror_connect
from clusters.models import Cluster, ConnectCluster

PATIENCE = 4.0  # seconds that a page waits for the worker
STEP = 0.1


def refresh_connect_now(cluster: Cluster) -> bool:
    """Ask workers for a pass over each and wait a little; return whether all that began after the call have ended."""
    pks = list(cluster.connect_clusters.values_list("pk", flat=True))
    requested = timezone.now()
    ConnectCluster.objects.filter(pk__in=pks).update(due_at=requested)
    for pk in pks:
        mirror_connect.apply_async((pk,), expires=PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        passes = ConnectCluster.objects.filter(pk__in=pks).values_list("looked_at", "seconds")
        if all(ended and ended - timedelta(seconds=seconds) >= requested for ended, seconds in passes):
            return True
        time.sleep(STEP)
    return False
