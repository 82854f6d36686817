"""Keeping a group's inventory rows right after a change."""

from collections import Counter
from collections.abc import Mapping

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
        # A partition without an offset is in no sum.
        before = 0 if place.committed is None else lag(place.committed, place.high)
        after = lag(offset, place.high)
        moved[key[0]] += 0 if before is None or after is None else after - before
    known_lag = {"cluster": cluster, "lag__isnull": False}
    with rows_changed(cluster):
        for topic, records in moved.items():
            GroupTopic.objects.filter(**known_lag, group=group, topic=topic).update(lag=F("lag") + records)
        added = first_offsets(cluster, group, moved)
        Group.objects.filter(**known_lag, name=group).update(lag=F("lag") + moved.total())
        Group.objects.filter(cluster=cluster, name=group, topics__isnull=False).update(topics=F("topics") + added)


def first_offsets(cluster: Cluster, group: str, lag_by_topic: Mapping[str, int]) -> int:
    """Add the topics that the group had no offsets of; return how many there are."""
    present = set(GroupTopic.objects.filter(cluster=cluster, group=group).values_list("topic", flat=True))
    rows = [
        GroupTopic(cluster=cluster, group=group, topic=topic, lag=records)
        for topic, records in lag_by_topic.items()
        if topic not in present
    ]
    return len(GroupTopic.objects.bulk_create(rows, ignore_conflicts=True))


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
