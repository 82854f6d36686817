"""Connectors as the page and the API read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from clusters.access import within
from clusters.connect.rules.schedule import recent
from clusters.connect.rules.states import OK, TASKS_FAILED
from clusters.gateway.connect.client import Connect
from clusters.gateway.errors import NotFound
from clusters.models import Cluster, ConnectCluster, Connector, Group, Topic
from core.web.formats import UNKNOWN

COLUMNS = ("name", "trouble", "state", "type", "plugin", "tasks", "connect")
EXPORTED = (
    "connect__name", "name", "type", "plugin", "state", "tasks", "tasks_running", "tasks_failed", "worker", "group",
    "problem",
)  # fmt: skip
VIEW = "connect.view"
CHECKING_SECONDS = 20.0
FAILED = Q(trouble__gte=TASKS_FAILED)


class GroupLag(NamedTuple):
    """A consumer group's lag, and how many partitions it is not known of."""

    name: str
    lag: int | None
    unknown: int


@dataclass(frozen=True)
class ConnectorLine:
    """What a list shows of a connector beside its row: its Connect cluster, topics, their rate, consumer group."""

    connect: str
    topics: tuple[str, ...] = ()
    hidden_topics: int = 0
    rate: float | None = None
    group: GroupLag | None = None

    @property
    def more_topics(self) -> int:
        """How many there are beside the first, as far as the person may see them."""
        return max(0, len(self.topics) - 1)


@dataclass(frozen=True)
class Totals:
    """How many connectors a person may see, how many of them are unhealthy, and of how many anything failed."""

    count: int
    unhealthy: int
    failed: int


def connect_of(cluster: Cluster, name: str) -> ConnectCluster:
    """Raises NotFound: the cluster has no Connect cluster of this name."""
    row = cluster.connect_clusters.filter(name=name).first()
    if row is None:
        raise NotFound(f"{cluster.name} has no Connect cluster {name}.", "Choose one of the list.")
    return row


def patient_client_of(row: ConnectCluster) -> Connect:
    """Return a Connect cluster that has time to check a configuration: plugins connect to what they read and write."""
    return Connect(row.connection(), seconds=CHECKING_SECONDS, each=CHECKING_SECONDS)


def client_of(row: ConnectCluster) -> Connect:
    """Return a Connect cluster, to be asked within a page's time."""
    return Connect(row.connection())


def connectors_in_sight(request: HttpRequest, cluster: Cluster) -> QuerySet[Connector]:
    """Return the connectors that the person's grants cover."""
    return within(request, cluster, VIEW, Connector.objects.filter(cluster=cluster))


def filtered(
    rows: QuerySet[Connector], q: str, *, state: str = "", kind: str = "", connect: str = "", unhealthy: bool = False
) -> QuerySet[Connector]:
    """Return the connectors whose name, class or topics have a text."""
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(type=kind)
    if connect:
        rows = rows.filter(connect__name=connect)
    if unhealthy:
        rows = rows.filter(trouble__gt=OK)
    if not q:
        return rows
    topics = Q(pk__in=rows.filter(topic_rows__topic__icontains=q).values("pk"))
    return rows.filter(Q(name__icontains=q) | Q(plugin__icontains=q) | topics)


def totals_of(rows: QuerySet[Connector]) -> Totals:
    counts = rows.aggregate(
        count=Count("pk"), unhealthy=Count("pk", filter=Q(trouble__gt=OK)), failed=Count("pk", filter=FAILED)
    )
    return Totals(counts["count"], counts["unhealthy"], counts["failed"])


def lines_of(
    request: HttpRequest, cluster: Cluster, rows: Iterable[Connector], connects: Iterable[ConnectCluster]
) -> dict[int, ConnectorLine]:
    """Return what a list shows of some connectors, by their ids: by three queries, however many they are.

    Their Connect clusters, which are few, are given: a join would make one for every row.
    """
    connectors = list(rows)
    pairs = list(
        cluster.connector_topics.filter(connector__in=[row.pk for row in connectors])
        .order_by("topic")
        .values_list("connector", "topic")
    )
    rates = topics_in_sight(request, cluster, {topic for _, topic in pairs})
    groups = group_lags(request, cluster, {row.group for row in connectors if row.group})
    by_connector: dict[int, list[str]] = {}
    for pk, topic in pairs:
        by_connector.setdefault(pk, []).append(topic)
    names = {connect.pk: connect.name for connect in connects}
    return {
        row.pk: line_of(names.get(row.connect_id, UNKNOWN), by_connector.get(row.pk, []), rates, groups.get(row.group))
        for row in connectors
    }


def line_of(
    connect: str, topics: list[str], rates: Mapping[str, float | None], group: GroupLag | None
) -> ConnectorLine:
    visible = [topic for topic in topics if topic in rates]
    known_rates = [rate for topic in visible if (rate := rates[topic]) is not None]
    rate = sum(known_rates) if known_rates and len(known_rates) == len(topics) else None
    return ConnectorLine(connect, tuple(visible), len(topics) - len(visible), rate, group)


def topics_in_sight(request: HttpRequest, cluster: Cluster, names: Iterable[str]) -> dict[str, float | None]:
    """Return those of some topics that the person may see, with their rates."""
    rows = within(request, cluster, "topics.view", Topic.objects.filter(cluster=cluster, name__in=set(names)))
    return dict(rows.values_list("name", "rate"))


def group_lags(request: HttpRequest, cluster: Cluster, names: Iterable[str]) -> dict[str, GroupLag]:
    """Return those of some consumer groups that the person may see."""
    rows = within(request, cluster, "groups.view", Group.objects.filter(cluster=cluster, name__in=set(names)))
    return {values[0]: GroupLag(*values) for values in rows.values_list(*GroupLag._fields)}


def connectors_of_topic(request: HttpRequest, cluster: Cluster, topic: str) -> QuerySet[Connector]:
    """Return the connectors that name a topic, or have used it."""
    rows = connectors_in_sight(request, cluster).filter(topic_rows__topic=topic)
    return rows.select_related("connect").order_by("name")


def connectors_of_group(request: HttpRequest, cluster: Cluster, group: str) -> QuerySet[Connector]:
    """Return the sinks that consume as a group."""
    rows = connectors_in_sight(request, cluster).filter(group=group)
    return rows.select_related("connect").order_by("name")


def scheduled_restarts(connect: ConnectCluster, name: str) -> int:
    """Return how often the schedule restarted a connector in the last day."""
    row = Connector.objects.filter(connect=connect, name=name).first()
    return len(recent(row.restarts, timezone.now())) if row else 0
