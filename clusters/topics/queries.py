"""Topics as the page and the API read them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from clusters.access import sees, within
from clusters.gateway import topics as kafka
from clusters.models import Cluster, Group, GroupTopic, Topic
from clusters.topics import plan
from core.database.prepared import Parameter, Prepared
from core.plan import Plan
from core.web import slots

COLUMNS = (
    "name", "partitions", "replication", "under_replicated", "offline", "under_min_isr", "messages", "size", "rate",
    "last_record_at", "cleanup_policy", "retention_ms", "min_isr",
)  # fmt: skip
BY_NAME = Prepared(Topic.objects.filter(cluster=Parameter("cluster"), name=Parameter("name")))
GROUPS = "groups"  # sorts by the number of consumer groups, which depends on who asks
EXPORTED = ("name", "internal", *COLUMNS[1:], "messages_at_most", GROUPS)


def with_groups(request: HttpRequest, cluster: Cluster, rows: QuerySet[Topic]) -> QuerySet[Any]:
    """Return topics with the number of those ``groups`` that the person may see and that committed offsets of them.

    None where they may see none at all.
    """
    if not sees(request, cluster, "groups.view", ""):
        return rows.annotate(groups=Value(None, output_field=IntegerField()))
    committed = GroupTopic.objects.filter(cluster=cluster, topic=OuterRef("name"))
    visible = within(request, cluster, "groups.view", committed, "group").order_by().values("topic")
    number = Subquery(visible.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    return rows.annotate(groups=Coalesce(number, 0))


def filtered(rows: QuerySet[Topic], q: str, *, internal: bool, unhealthy: bool) -> QuerySet[Topic]:
    if not internal:
        rows = rows.filter(internal__in=[False])  # internal=False becomes NOT internal, for which SQLite uses no index
    if unhealthy:
        rows = rows.filter(Q(under_replicated__gt=0) | Q(offline__gt=0) | Q(under_min_isr__gt=0))
    return rows.filter(name__icontains=q) if q else rows


def row_of(cluster: Cluster, topic: str) -> Topic | None:
    """Return a topic's row of the inventory; None where it was not seen yet."""
    return BY_NAME.first(cluster=cluster.pk, name=topic)


@dataclass(frozen=True)
class Readership:
    """How many of the groups that the person may see committed offsets of a topic, and the worst lag status of them."""

    groups: int
    worst: int | None


def readership(request: HttpRequest, cluster: Cluster, topics: Collection[str]) -> dict[str, Readership]:
    """Return the consumer groups of some topics, in two queries."""
    rows = GroupTopic.objects.filter(cluster=cluster, topic__in=topics)
    groups_by_topic: dict[str, list[str]] = {}
    for topic, group in within(request, cluster, "groups.view", rows, "group").values_list("topic", "group"):
        groups_by_topic.setdefault(topic, []).append(group)
    names = {group for groups in groups_by_topic.values() for group in groups}
    statuses = dict(Group.objects.filter(cluster=cluster, name__in=names).values_list("name", "lag_status"))
    return {
        topic: Readership(len(groups), max((s for g in groups if (s := statuses.get(g)) is not None), default=None))
        for topic, groups in groups_by_topic.items()
    }


def deletion_plan(cluster: Cluster, topic: str, can_see_group: Callable[[str], bool]) -> Plan:
    """Plan the deletion of a topic, with what is known about it, and the groups that the person may see.

    Raises:
        KafkaFailure: with the cause.
    """
    description = kafka.describe(cluster.connection(), topic)
    row = row_of(cluster, topic)
    groups = set(GroupTopic.objects.filter(cluster=cluster, topic=topic).values_list("group", flat=True))
    visible = {group for group in groups if can_see_group(group)}
    return plan.delete(
        topic,
        len(description.partitions),
        row.messages if row else None,
        visible,
        hidden_readers=len(groups) - len(visible),
        at_most=bool(row and row.messages_at_most),
        topic_id=description.topic_id,
    )


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
