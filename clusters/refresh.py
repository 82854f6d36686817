"""Requesting a mirror run now, and showing a change at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clusters.inventory.totals import totals_of
from clusters.models import Cluster, Mirror
from clusters.tasks import mirror_cluster

PATIENCE = 4.0  # seconds that a page waits for the worker
STEP = 0.1


def refresh_now(cluster: Cluster) -> bool:
    """Ask a worker for a mirror run and wait a little for it.

    Returns:
        Whether a run that began after the call has ended. One already under way may have missed the latest change.
    """
    Mirror.objects.get_or_create(cluster=cluster)
    requested = sent = timezone.now()
    Mirror.objects.filter(pk=cluster.pk).update(due_at=requested, sizes_as_of=None)
    mirror_cluster.apply_async((cluster.pk,), expires=PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ended, seconds = Mirror.objects.values_list("looked_at", "seconds").get(pk=cluster.pk)
        if ended and ended - timedelta(seconds=seconds) >= requested:
            return True
        if ended and ended > sent:
            sent = ended
            mirror_cluster.apply_async((cluster.pk,), expires=PATIENCE)
        time.sleep(STEP)
    return False


@contextmanager
def rows_changed(cluster: Cluster) -> Iterator[None]:
    """Update rows after a change through us, so that a run which began before it does not undo them."""
    with transaction.atomic():
        Mirror.objects.get_or_create(cluster=cluster)
        Mirror.objects.filter(pk=cluster.pk).update(changes=F("changes") + 1, due_at=timezone.now())
        yield
        Mirror.objects.filter(pk=cluster.pk).update(totals=totals_of(cluster))
