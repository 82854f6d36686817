"""Rows of a topic's partition table, and keeping its inventory row right after a change."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Greatest

from clusters.gateway.offsets import Watermarks
from clusters.gateway.topics import NewTopic, Partition, TopicDescription
from clusters.models import Cluster, GroupTopic, Topic
from clusters.refresh import rows_changed


@dataclass(frozen=True)
class PartitionRow:
    """One partition as the page shows it. Unknown numbers are None; ``size`` is bytes on the leader's disk."""

    partition: Partition
    low: int | None
    high: int | None
    size: int | None

    @property
    def messages(self) -> int | None:
        """Offsets between the watermarks: an upper bound of the records."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(replica for replica in self.partition.replicas if replica not in self.partition.isr)


def partition_rows(
    topic: TopicDescription,
    marks: Mapping[tuple[str, int], Watermarks],
    sizes: Mapping[tuple[int, int], int],
) -> list[PartitionRow]:
    """Join a topic's partitions with watermarks and sizes, the latter keyed (broker, partition)."""
    rows = []
    for partition in topic.partitions:
        mark = marks.get((topic.name, partition.id), Watermarks(None, None))
        size = None if partition.leader is None else sizes.get((partition.leader, partition.id))
        rows.append(PartitionRow(partition, mark.low, mark.high, size))
    return rows


def topic_created(cluster: Cluster, topic: NewTopic) -> None:
    with rows_changed(cluster):
        Topic.objects.update_or_create(
            cluster=cluster,
            name=topic.name,
            defaults={
                "partitions": topic.partitions,
                "replication": topic.replication_factor,
                "messages": 0,
                "cleanup_policy": topic.configs.get("cleanup.policy", ""),
            },
        )


def partitions_added(cluster: Cluster, topic: str, total: int) -> None:
    with rows_changed(cluster):
        Topic.objects.filter(cluster=cluster, name=topic).update(partitions=total)


def configs_changed(cluster: Cluster, topic: str) -> None:
    """Have the next run read the topic's configs again."""
    with rows_changed(cluster):
        Topic.objects.filter(cluster=cluster, name=topic).update(cleanup_policy="")


def records_deleted(cluster: Cluster, topic: str, records: int) -> None:
    with rows_changed(cluster):
        rows = Topic.objects.filter(cluster=cluster, name=topic, messages__isnull=False)
        rows.update(messages=Greatest(F("messages") - records, 0))


def topic_deleted(cluster: Cluster, topic: str) -> None:
    with rows_changed(cluster):
        Topic.objects.filter(cluster=cluster, name=topic).delete()
        GroupTopic.objects.filter(cluster=cluster, topic=topic).delete()
