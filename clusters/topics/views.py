"""Pages about topics. The list reads the inventory; one topic's page asks Kafka for that topic."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clusters.access import cluster_view, scope_of
from clusters.gateway.bounds import is_upper_bound
from clusters.inventory.access import access_to, asked_principals
from clusters.inventory.acls import acls_concerning
from clusters.inventory.totals import stored_totals, topic_totals
from clusters.models import Cluster, Topic
from clusters.topics import queries
from clusters.topics.columns import columns, first_cells
from clusters.topics.queries import COLUMNS, EXPORTED, GROUPS, row_of
from clusters.topics.state import topic_state
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page, wants_part
from core.web.tables import table_of


@cluster_view("topics.view")
def topics(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List topics."""
    state = list_state(request, columns=(*COLUMNS, GROUPS), default="name", filters=("internal", "unhealthy"))
    if request.GET.get("trouble"):  # the filter's former name, in bookmarks and in the links of older findings
        state = replace(state, filters={**state.filters, "unhealthy": "1"})
    scope = scope_of(request)(cluster, "topics.view")
    rows = Topic.objects.filter(scope, cluster=cluster)
    totals = (None if scope else stored_totals(cluster, "topics")) or topic_totals(rows)
    count = totals["count"] - (0 if state.filters["internal"] else totals["hidden"])
    rows = queries.filtered(
        rows, state.q, internal=bool(state.filters["internal"]), unhealthy=bool(state.filters["unhealthy"])
    )
    if export_format(request):
        rows = queries.with_groups(request, cluster, rows.annotate(**Topic.AT_MOST))
        return export(request, ordered(rows, state.sort), EXPORTED, "topics")
    if state.sort.removeprefix("-") == GROUPS:
        rows = queries.with_groups(request, cluster, rows)
    known_count = None if state.q or state.filters["unhealthy"] else count
    listed = page_of(rows, state, count=known_count)
    readership = queries.readership(request, cluster, [topic.name for topic in listed])
    table = table_of(request, "topics", columns(request, cluster, readership), first_cells(cluster.slug))
    context = {"state": state, "page": listed, "totals": totals, "table": table}
    return page(request, "topics/list.html", context, "rows")


@cluster_view("topics.view")
def detail(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show one topic's partitions.

    Sizes on disk come a moment later, or on request: a broker with ten thousand partitions looks through all of them to
    report the size of one.
    """
    with_sizes = wants_part(request) or bool(request.GET.get("sizes"))
    state = topic_state(cluster, topic, with_sizes=with_sizes)
    row = row_of(cluster, topic)
    context = {
        "topic": topic,
        "sized": with_sizes,
        "row": row,
        "at_most": row is None or is_upper_bound(1, row.cleanup_policy, transactional=row.transactional),
        "partitions": state.rows,
        "problems": state.problems,
    }
    return page(request, "topics/partitions.html", context, "live")


@cluster_view("groups.view")
def readers(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the groups that have committed offsets of a topic, from the inventory."""
    context = {"topic": topic, "readers": queries.readers(request, cluster, topic)}
    return page(request, "topics/groups.html", context)


@cluster_view("acls.view")
def acls(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show who may do what with a topic, and the ACLs on its name, on a prefix of it, and on the wildcard."""
    rows = acls_concerning(cluster, "TOPIC", topic)
    access = access_to(cluster, "TOPIC", topic, rows, **asked_principals(request))
    context = {"topic": topic, "acls": rows, "access": access}
    return page(request, "topics/acls.html", context)
