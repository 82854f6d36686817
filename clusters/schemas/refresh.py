"""Requesting a pass over a registry now."""

import time
from datetime import timedelta

from django.utils import timezone

from clusters.models import SchemaRegistry
from clusters.schemas.tasks import mirror_registry

PATIENCE = 4.0  # seconds that a page waits for the worker
STEP = 0.1


def refresh_registry_now(row: SchemaRegistry) -> bool:
    """Ask a worker for a pass and wait a little for it; return whether one that began after the call has ended."""
    requested = timezone.now()
    SchemaRegistry.objects.filter(pk=row.pk).update(due_at=requested)
    mirror_registry.apply_async((row.pk,), expires=PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ended, seconds = SchemaRegistry.objects.values_list("looked_at", "seconds").get(pk=row.pk)
        if ended and ended - timedelta(seconds=seconds) >= requested:
            return True
        time.sleep(STEP)
    return False
