"""Pages about groups. The list reads the inventory; one group's page asks its coordinator."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from clusters.access import cluster_view, scope_of, sees, topics_in_sight
from clusters.groups import offset_files
from clusters.groups.columns import columns, first_cells
from clusters.groups.lag import GroupLag, GroupLine
from clusters.groups.offset_deletion import committed_of
from clusters.groups.queries import COLUMNS, EXPORTED, TYPES, absence, filtered, number_by_status, version_of
from clusters.groups.state import standing_of
from clusters.inventory.access import access_to, asked_principals
from clusters.inventory.acls import acls_concerning
from clusters.inventory.totals import group_totals, stored_totals
from clusters.models import Cluster, Group
from core.web import slots
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page
from core.web.tables import table_of


@cluster_view("groups.view")
def groups(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List all groups, the worst first, with their lag."""
    state = list_state(request, columns=COLUMNS, default="-lag_status", filters=("state", "status", "type"))
    statuses: dict[str, int] = slots.fill("group-statuses", request)
    scope = scope_of(request)(cluster, "groups.view")
    rows = Group.objects.filter(scope, cluster=cluster)
    totals = (None if scope else stored_totals(cluster, "groups")) or group_totals(rows)
    in_scope = rows
    rows = filtered(rows, state.q, state.filters["state"], statuses.get(state.filters["status"]), state.filters["type"])
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "groups")
    listed = page_of(rows, state, count=None if state.q or any(state.filters.values()) else totals["count"])
    numbers = number_by_status(in_scope)
    lines: dict[str, GroupLine] = slots.fill("lag-by-group", request, cluster, [group.name for group in listed])
    context = {
        "state": state,
        "page": listed,
        "totals": totals,
        "table": table_of(request, "groups", columns(request, lines), first_cells(cluster.slug)),
        "states": totals["states"],
        "types": TYPES,
        "absence": absence(kind, version_of(cluster)) if (kind := state.filters["type"]) else "",
        "statuses": [(name, value, numbers.get(value, 0)) for name, value in statuses.items()],
        "collector": slots.fill("lag-collector", request, cluster),
    }
    return page(request, "groups/list.html", context, "rows")


@cluster_view("groups.view")
def offsets_file(request: HttpRequest, cluster: Cluster, group: str) -> HttpResponse:
    """Return a group's committed offsets as a file that kafka-consumer-groups reads."""
    text = offset_files.write(committed_of(standing_of(cluster, group, topics_in_sight(request, cluster))))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{group}.csv")
    return response


@cluster_view("groups.view")
def detail(request: HttpRequest, cluster: Cluster, group: str) -> HttpResponse:
    """Show one group: members, and every partition with committed and end offset and lag."""
    state = standing_of(cluster, group, topics_in_sight(request, cluster))
    lag: GroupLag = slots.fill("group-lag", request, cluster, group, state.about) if state.commits else GroupLag()
    table = [(row, lag.partitions.get((row.topic, row.partition))) for row in state.rows]
    visible = sees(request, cluster, "acls.view", group)
    acls = acls_concerning(cluster, "GROUP", group) if visible else None
    access = None if acls is None else access_to(cluster, "GROUP", group, acls, **asked_principals(request))
    context = {"group": group, "standing": state, "lag": lag, "table": table, "acls": acls, "access": access}
    return page(request, "groups/detail.html", context, "live")
