"""Keeping a group's inventory rows right after a change."""

from collections import Counter

from django.db.models import F, Sum

from clusters.gateway.offsets import lag
from clusters.groups.plan import Reset
from clusters.models import Cluster, Group, GroupTopic
from clusters.refresh import rows_changed


def offsets_reset(cluster: Cluster, group: str, reset: Reset) -> None:
    """Update the lag at once: where it is known it changes by as much as that of the partitions did."""
    moved: Counter[str] = Counter()
    for key, offset in reset.offsets.items():
        place = reset.places[key]
        before, after = lag(place.committed, place.high), lag(offset, place.high)
        moved[key[0]] += 0 if before is None or after is None else after - before
    known_lag = {"cluster": cluster, "lag__isnull": False}
    with rows_changed(cluster):
        for topic, records in moved.items():
            GroupTopic.objects.filter(**known_lag, group=group, topic=topic).update(lag=F("lag") + records)
        Group.objects.filter(**known_lag, name=group).update(lag=F("lag") + moved.total())


def offsets_deleted(cluster: Cluster, group: str, topic: str, *, whole: bool) -> None:
    """Update the lists once offsets of a topic are gone: the next run tells what is left of the topic."""
    rows = GroupTopic.objects.filter(cluster=cluster, group=group, topic=topic)
    with rows_changed(cluster):
        if whole:
            rows.delete()
        else:
            rows.update(lag=None)
        behind = GroupTopic.objects.filter(cluster=cluster, group=group, lag__isnull=False).aggregate(sum=Sum("lag"))
        Group.objects.filter(cluster=cluster, name=group).update(lag=behind["sum"])


def deleted(cluster: Cluster, group: str) -> None:
    with rows_changed(cluster):
        Group.objects.filter(cluster=cluster, name=group).delete()
        GroupTopic.objects.filter(cluster=cluster, group=group).delete()
