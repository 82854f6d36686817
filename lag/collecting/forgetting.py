"""Forgetting a group on request: from the database at once, from its owner's memory at the next tick."""

from collections.abc import Callable

from django.db import transaction

from clusters.models import Cluster
from lag.models import Forgotten, WatchedGroup
from lag.windows.group_store import GroupStore


def forget_group(cluster: Cluster, group: str, topic: str = "") -> None:
    """Forget a group, or one topic of it, and the group with its last topic."""
    with transaction.atomic():
        Forgotten.objects.get_or_create(cluster=cluster, group=group, topic=topic)
        row = WatchedGroup.objects.select_for_update().filter(cluster=cluster, name=group).first()
        if row is None:
            return
        row.verdict.pop(topic, None)
        if topic and row.verdict:
            row.save(update_fields=["verdict"])
        else:
            row.delete()


def apply_forgotten(cluster: Cluster, store: GroupStore, is_own: Callable[[str], bool]) -> list[int]:
    """Apply requests to forget in memory; return their keys, to be deleted once that is saved.

    Requests for groups of other shards are left to those.
    """
    requests = [request for request in Forgotten.objects.filter(cluster=cluster) if is_own(request.group)]
    for request in requests:
        if request.topic:
            store.delete_group_topic(request.group, request.topic)
        else:
            store.delete_group(request.group)
    return [request.pk for request in requests]
