"""Pages about topics. The list reads the inventory; one topic's page asks Kafka for that topic."""

from dataclasses import replace

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clusters.access import cluster_view, scope_of
from clusters.gateway import brokers, offsets
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure
from clusters.gateway.topics import TopicDescription
from clusters.inventory.totals import stored_totals, topic_totals
from clusters.models import AclEntry, Cluster, Topic
from clusters.topics import queries
from clusters.topics.rows import partition_rows
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page, wants_part

COLUMNS = (
    "name", "partitions", "replication", "under_replicated", "offline", "under_min_isr", "messages", "size",
    "cleanup_policy", "retention_ms", "min_isr",
)  # fmt: skip
EXPORTED = ("name", "internal", *COLUMNS[1:])


@cluster_view("topics.view")
def topics(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List topics."""
    state = list_state(request, columns=COLUMNS, default="name", filters=("internal", "unhealthy"))
    if request.GET.get("trouble"):  # the filter's former name, in bookmarks and in the links of older findings
        state = replace(state, filters={**state.filters, "unhealthy": "1"})
    scope = scope_of(request)(cluster, "topics.view")
    rows = Topic.objects.filter(scope, cluster=cluster)
    totals = (None if scope else stored_totals(cluster, "topics")) or topic_totals(rows)
    count = totals["count"] - (0 if state.filters["internal"] else totals["hidden"])
    if not state.filters["internal"]:
        rows = rows.filter(internal__in=[False])  # internal=False becomes NOT internal, for which SQLite uses no index
    if state.filters["unhealthy"]:
        rows = rows.filter(Q(under_replicated__gt=0) | Q(offline__gt=0) | Q(under_min_isr__gt=0))
    if state.q:
        rows = rows.filter(name__icontains=state.q)
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "topics")
    known_count = None if state.q or state.filters["unhealthy"] else count
    context = {"state": state, "page": page_of(rows, state, count=known_count), "totals": totals}
    return page(request, "topics/list.html", context, "rows")


@cluster_view("topics.view")
def detail(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show one topic's partitions: one metadata request, and two list-offsets to each broker that leads one.

    Sizes on disk come a moment later, or on request: a broker with ten thousand partitions looks through all of them to
    report the size of one.
    """
    connection = cluster.connection()
    description = kafka.describe(connection, topic)
    leaders = {(topic, partition.id): partition.leader for partition in description.partitions if not partition.offline}
    marks, failures = offsets.watermarks(connection, leaders, leaders=leaders)
    with_sizes = wants_part(request) or bool(request.GET.get("sizes"))
    sizes, silent = sizes_of(connection, description) if with_sizes else ({}, [])
    context = {
        "topic": topic,
        "sized": with_sizes,
        "tab": "partitions",
        "row": Topic.objects.filter(cluster=cluster, name=topic).first(),
        "partitions": partition_rows(description, marks, sizes),
        "problems": [*failures, *silent],
    }
    return page(request, "topics/partitions.html", context, "live")


def sizes_of(connection: Connection, description: TopicDescription) -> tuple[dict[tuple[int, int], int], list[Failure]]:
    """Return the bytes of a topic's replicas, keyed (broker, partition), and what did not answer."""
    holders = sorted({replica for partition in description.partitions for replica in partition.replicas})
    numbers = [partition.id for partition in description.partitions]
    try:
        dirs = brokers.log_dirs(connection, holders, topics={description.name: numbers})
    except KafkaFailure as failure:
        return {}, [Failure("log directories", failure.sentence)]
    return {(broker.broker_id, key[1]): size for broker in dirs.items for key, size in broker.sizes.items()}, list(
        dirs.failures
    )


@cluster_view("groups.view")
def readers(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the groups that have committed offsets of a topic, from the inventory."""
    context = {"topic": topic, "tab": "groups", "readers": queries.readers(request, cluster, topic)}
    return page(request, "topics/groups.html", context)


@cluster_view("acls.view")
def acls(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the ACLs that concern a topic: by its name, by a prefix of it, and by the wildcard."""
    context = {"topic": topic, "tab": "acls", "acls": concerning(cluster, topic)}
    return page(request, "topics/acls.html", context)


def concerning(cluster: Cluster, topic: str) -> QuerySet[AclEntry]:
    """Return the ACLs that concern a topic, as last seen."""
    rows = AclEntry.objects.filter(cluster=cluster, resource_type="TOPIC")
    prefixes = [topic[:length] for length in range(1, len(topic) + 1)]
    matches_topic = (
        Q(resource_name=topic) | Q(resource_name="*") | Q(pattern_type="PREFIXED", resource_name__in=prefixes)
    )
    return rows.filter(matches_topic).order_by("principal", "operation")
