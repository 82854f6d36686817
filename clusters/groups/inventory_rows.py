"""Keeping a group's inventory rows right after a change."""

from collections import Counter

from django.db.models import F

from clusters.groups.plan import Reset
from clusters.models import Cluster, Group, GroupTopic
from clusters.refresh import rows_changed


def offsets_reset(cluster: Cluster, group: str, reset: Reset) -> None:
    """Update the lag at once: where it is known it changes by as much as the offsets moved."""
    moved: Counter[str] = Counter()
    for key, offset in reset.offsets.items():
        before = reset.places[key].committed
        moved[key[0]] += 0 if before is None else before - offset
    known_lag = {"cluster": cluster, "lag__isnull": False}
    with rows_changed(cluster):
        for topic, records in moved.items():
            GroupTopic.objects.filter(**known_lag, group=group, topic=topic).update(lag=F("lag") + records)
        Group.objects.filter(**known_lag, name=group).update(lag=F("lag") + moved.total())


def deleted(cluster: Cluster, group: str) -> None:
    with rows_changed(cluster):
        Group.objects.filter(cluster=cluster, name=group).delete()
        GroupTopic.objects.filter(cluster=cluster, group=group).delete()
