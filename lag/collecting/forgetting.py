"""Forgetting a group on request: from what is stored at once, from its owner's memory at the next tick."""

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


def apply_forgotten(cluster: Cluster, store: GroupStore, mine: Callable[[str], bool]) -> list[int]:
    """Take out of memory what was asked to be forgotten; return the requests, to be deleted when that is saved.

    A request for a group of another shard is left to that one.
    """
    requests = [one for one in Forgotten.objects.filter(cluster=cluster) if mine(one.group)]
    for one in requests:
        if one.topic:
            store.delete_group_topic(one.group, one.topic)
        else:
            store.delete_group(one.group)
    return [one.pk for one in requests]
