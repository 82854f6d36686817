"""Looking at topics. The list reads the inventory; one topic's page asks Kafka for that topic."""

from dataclasses import replace

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clusters.access import cluster_view, scope_of, within
from clusters.gateway import brokers, offsets
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure
from clusters.gateway.topics import TopicOutline
from clusters.inventory.totals import kept, topic_totals
from clusters.models import AclEntry, Cluster, GroupTopic, Topic
from clusters.topics.rows import partition_rows
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page

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
    totals = (None if scope else kept(cluster, "topics")) or topic_totals(rows)
    count = totals["count"] - (0 if state.filters["internal"] else totals["hidden"])
    if not state.filters["internal"]:
        rows = rows.filter(
            internal__in=[False]
        )  # internal=False becomes NOT internal, which no index of SQLite's serves
    if state.filters["unhealthy"]:
        rows = rows.filter(Q(under_replicated__gt=0) | Q(offline__gt=0) | Q(under_min_isr__gt=0))
    if state.q:
        rows = rows.filter(name__icontains=state.q)
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "topics")
    known = None if state.q or state.filters["unhealthy"] else count
    context = {"state": state, "page": page_of(rows, state, count=known), "totals": totals}
    return page(request, "topics/list.html", context, "rows")


@cluster_view("topics.view")
def detail(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show one topic's partitions: one metadata request, and two list-offsets to each broker that leads one.

    What lies on disk comes a moment later, or when asked for: a broker with ten thousand partitions looks through all
    of them to tell the size of one.
    """
    connection = cluster.connection()
    outline = kafka.describe(connection, topic)
    led = {(topic, partition.id): partition.leader for partition in outline.partitions if not partition.offline}
    marks, failures = offsets.watermarks(connection, led, leaders=led)
    htmx = request.htmx  # type: ignore[attr-defined]
    asked = bool((htmx and not htmx.boosted) or request.GET.get("sizes"))
    sizes, silent = sizes_of(connection, outline) if asked else ({}, [])
    context = {
        "topic": topic,
        "sized": asked,
        "tab": "partitions",
        "row": Topic.objects.filter(cluster=cluster, name=topic).first(),
        "partitions": partition_rows(outline, marks, sizes),
        "problems": [*failures, *silent],
    }
    return page(request, "topics/partitions.html", context, "live")


def sizes_of(connection: Connection, outline: TopicOutline) -> tuple[dict[tuple[int, int], int], list[Failure]]:
    """Return the bytes of a topic's replicas, keyed (broker, partition), and what did not answer."""
    holders = sorted({replica for partition in outline.partitions for replica in partition.replicas})
    numbers = [partition.id for partition in outline.partitions]
    try:
        dirs = brokers.log_dirs(connection, holders, topics={outline.name: numbers})
    except KafkaFailure as failure:
        return {}, [Failure("log directories", failure.sentence)]
    return {(one.broker_id, key[1]): size for one in dirs.items for key, size in one.sizes.items()}, list(dirs.failures)


@cluster_view("groups.view")
def readers(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the groups that have committed offsets of a topic, from the inventory."""
    mine = within(request, cluster, "groups.view", GroupTopic.objects.filter(cluster=cluster), "group")
    rows = mine.filter(topic=topic).order_by("-lag", "group")
    return page(request, "topics/groups.html", {"topic": topic, "tab": "groups", "readers": rows})


@cluster_view("acls.view")
def acls(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the ACLs that concern a topic: by its name, by a prefix of it, and by the wildcard."""
    context = {"topic": topic, "tab": "acls", "acls": concerning(cluster, topic)}
    return page(request, "topics/acls.html", context)


def concerning(cluster: Cluster, topic: str) -> QuerySet[AclEntry]:
    """Return the ACLs that concern a topic, as of the last look."""
    rows = AclEntry.objects.filter(cluster=cluster, resource_type="TOPIC")
    prefixes = [topic[:length] for length in range(1, len(topic) + 1)]
    mine = Q(resource_name=topic) | Q(resource_name="*") | Q(pattern_type="PREFIXED", resource_name__in=prefixes)
    return rows.filter(mine).order_by("principal", "operation")
