"""The list of connectors, from the inventory, and how it is refreshed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from clusters.access import cluster_view, objection
from clusters.connect import queries
from clusters.connect.columns import columns, first_cells
from clusters.connect.queries import COLUMNS, EXPORTED
from clusters.connect.refresh import refresh_connect_now
from clusters.gateway.connect.connectors import SINK, SOURCE
from clusters.models import Cluster
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page
from core.web.paths import back_to, reverse
from core.web.tables import table_of

OPERATIONS = (
    ("bulk-connectors-restart-failed", "Restart failed…"),
    ("bulk-connectors-restart-all", "Restart…"),
    ("bulk-connectors-pause", "Pause…"),
    ("bulk-connectors-resume", "Resume…"),
    ("bulk-connectors-stop", "Stop…"),
)
OF_SEVERAL = ("connect.operate", "connect.delete")  # what may be done with selected ones
FILTERS = ("state", "type", "connect", "unhealthy")
STATES = ("RUNNING", "FAILED", "PAUSED", "STOPPED", "UNASSIGNED")
NOT_FINISHED = "The refresh was requested, but no worker has finished it yet. Is `kafkaadmin worker` running?"


@cluster_view("connect.view")
def connectors(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List the connectors of all Connect clusters, unhealthy ones first."""
    state = list_state(request, columns=COLUMNS, default="-trouble", filters=FILTERS)
    everything = queries.connectors_in_sight(request, cluster)
    chosen = {name: state.filters[name] for name in ("state", "connect")}
    rows = queries.filtered(
        everything, state.q, kind=state.filters["type"], unhealthy=bool(state.filters["unhealthy"]), **chosen
    )
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "connectors")
    totals = queries.totals_of(everything)
    is_whole = not state.q and not any(state.filters.values())
    listed = page_of(rows.defer("failed", "restarts"), state, count=totals.count if is_whole else None)
    mirrors = list(cluster.connect_clusters.all())
    lines = queries.lines_of(request, cluster, listed, mirrors)
    selectable = any(not objection(request, action, cluster, "", change=True) for action in OF_SEVERAL)
    table = table_of(
        request,
        "connectors",
        columns(cluster.slug, lines, several=len(mirrors) > 1),
        first_cells(cluster.slug, lines, selectable=selectable),
    )
    context = {
        "state": state,
        "page": listed,
        "totals": totals,
        "mirrors": mirrors,
        "as_of": min((mirror.current_as_of for mirror in mirrors if mirror.current_as_of), default=None),
        "states": STATES,
        "types": (SOURCE, SINK),
        "operations": OPERATIONS,
        "selectable": selectable,
        "table": table,
    }
    return page(request, "connect/list.html", context, "rows")


@cluster_view("clusters.refresh")
@require_POST
def refresh(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """List the connectors of all Connect clusters again."""
    if not refresh_connect_now(cluster):
        messages.warning(request, NOT_FINISHED)
    return back_to(request, reverse("connectors", cluster.slug))
