"""Topics as the page and the API read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from clusters.access import within
from clusters.changes import Plan
from clusters.gateway import brokers, offsets
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure
from clusters.gateway.topics import TopicDescription
from clusters.models import AclEntry, Cluster, GroupTopic, Topic
from clusters.topics import plan
from clusters.topics.rows import PartitionRow, partition_rows
from core.web import slots

COLUMNS = (
    "name", "partitions", "replication", "under_replicated", "offline", "under_min_isr", "messages", "size",
    "cleanup_policy", "retention_ms", "min_isr",
)  # fmt: skip


def filtered(rows: QuerySet[Topic], q: str, *, internal: bool, unhealthy: bool) -> QuerySet[Topic]:
    if not internal:
        rows = rows.filter(internal__in=[False])  # internal=False becomes NOT internal, for which SQLite uses no index
    if unhealthy:
        rows = rows.filter(Q(under_replicated__gt=0) | Q(offline__gt=0) | Q(under_min_isr__gt=0))
    return rows.filter(name__icontains=q) if q else rows


@dataclass(frozen=True)
class TopicState:
    """A topic as Kafka reports it now, and what did not answer."""

    description: TopicDescription
    rows: list[PartitionRow]
    problems: list[Failure]


def topic_state(cluster: Cluster, topic: str, *, with_sizes: bool) -> TopicState:
    """Ask for one topic: one metadata request, and two list-offsets to each broker that leads one of its partitions.

    Raises:
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    description = kafka.describe(connection, topic)
    leaders = {(topic, partition.id): partition.leader for partition in description.partitions if not partition.offline}
    marks, failures = offsets.watermarks(connection, leaders, leaders=leaders)
    sizes, silent = sizes_of(connection, description) if with_sizes else ({}, [])
    return TopicState(description, partition_rows(description, marks, sizes), [*failures, *silent])


def sizes_of(connection: Connection, description: TopicDescription) -> tuple[dict[tuple[int, int], int], list[Failure]]:
    """Return the bytes of a topic's replicas, keyed (broker, partition), and what did not answer."""
    holders = sorted({replica for partition in description.partitions for replica in partition.replicas})
    numbers = [partition.id for partition in description.partitions]
    try:
        dirs = brokers.log_dirs(connection, holders, topics={description.name: numbers})
    except KafkaFailure as failure:
        return {}, [Failure("log directories", failure.sentence)]
    sizes = {(broker.broker_id, key[1]): size for broker in dirs.items for key, size in broker.sizes.items()}
    return sizes, list(dirs.failures)


def concerning(cluster: Cluster, topic: str) -> QuerySet[AclEntry]:
    """Return the ACLs that concern a topic, as last seen: by its name, by a prefix of it, and by the wildcard."""
    rows = AclEntry.objects.filter(cluster=cluster, resource_type="TOPIC")
    prefixes = [topic[:length] for length in range(1, len(topic) + 1)]
    matches_topic = (
        Q(resource_name=topic) | Q(resource_name="*") | Q(pattern_type="PREFIXED", resource_name__in=prefixes)
    )
    return rows.filter(matches_topic).order_by("principal", "operation")


def deletion_plan(cluster: Cluster, topic: str) -> Plan:
    """Plan the deletion of a topic, with what is known about it.

    Raises:
        KafkaFailure: with the cause.
    """
    description = kafka.describe(cluster.connection(), topic)
    row = Topic.objects.filter(cluster=cluster, name=topic).first()
    groups = set(GroupTopic.objects.filter(cluster=cluster, topic=topic).values_list("group", flat=True))
    return plan.delete(topic, len(description.partitions), row.messages if row else None, groups)


@dataclass(frozen=True)
class Reader:
    """A group that has committed offsets of a topic; ``status`` and ``time_lag`` are those of its worst partition."""

    group: str
    lag: int | None
    unknown: int
    status: int | None
    time_lag: float | None


def readers(request: HttpRequest, cluster: Cluster, topic: str) -> list[Reader]:
    """Return the groups that have committed offsets of a topic, from the inventory, the furthest behind first."""
    rows = within(request, cluster, "groups.view", GroupTopic.objects.filter(cluster=cluster, topic=topic), "group")
    rows = rows.order_by("-lag", "group")
    verdicts: Mapping[str, tuple[int, float | None]] = slots.fill(
        "topic-verdicts", request, cluster, topic, [row.group for row in rows]
    )
    return [Reader(row.group, row.lag, row.unknown, *verdicts.get(row.group, (None, None))) for row in rows]
