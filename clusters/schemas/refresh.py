"""Requesting a pass over a registry now."""

import time
from datetime import timedelta

from django.utils import timezone

from clusters.models import Cluster, RegistryMirror
from clusters.schemas.tasks import mirror_registry

PATIENCE = 4.0  # seconds that a page waits for the worker
STEP = 0.1


def refresh_registry_now(cluster: Cluster) -> bool:
    """Ask a worker for a pass and wait a little for it; return whether one that began after the call has ended."""
    RegistryMirror.objects.get_or_create(cluster=cluster)
    requested = timezone.now()
    RegistryMirror.objects.filter(pk=cluster.pk).update(due_at=requested)
    mirror_registry.apply_async((cluster.pk,), expires=PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ended, seconds = RegistryMirror.objects.values_list("looked_at", "seconds").get(pk=cluster.pk)
        if ended and ended - timedelta(seconds=seconds) >= requested:
            return True
        time.sleep(STEP)
    return False
