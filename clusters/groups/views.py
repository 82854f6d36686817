"""Looking at groups. The list reads the inventory; one group's page asks its coordinator."""

from collections.abc import Mapping
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clusters.access import cluster_view, scope_of, sees
from clusters.gateway import groups as kafka
from clusters.gateway import offsets
from clusters.gateway.errors import NotFound
from clusters.gateway.groups import GroupListing
from clusters.groups.rows import in_sight, partition_rows
from clusters.models import Cluster, Group, Topic
from clusters.totals import group_totals, kept
from kafkaadmin.web.export import export, wanted
from kafkaadmin.web.lists import list_state, ordered, page_of
from kafkaadmin.web.page import page

EXPORTED = (
    "name",
    "state",
    "type",
    "protocol",
    "coordinator",
    "members",
    "topics",
    "lag",
    "unknown",
    "lag_status",
    "time_lag",
)
COLUMNS = ("name", "state", "type", "protocol", "members", "coordinator", "topics", "lag", "lag_status", "time_lag")


@cluster_view("groups.view")
def groups(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List groups."""
    state = list_state(request, columns=COLUMNS, default="name", filters=("state",))
    scope = scope_of(request)(cluster, "groups.view")
    rows = Group.objects.filter(scope, cluster=cluster)
    totals = (None if scope else kept(cluster, "groups")) or group_totals(rows)
    if state.filters["state"]:
        rows = rows.filter(state=state.filters["state"])
    if state.q:
        rows = rows.filter(name__icontains=state.q)
    if wanted(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "groups")
    known = None if state.q or state.filters["state"] else totals["count"]
    shown = page_of(rows, state, count=known)
    context = {"state": state, "page": shown, "totals": totals, "states": totals["states"]}
    return page(request, "groups/list.html", context, "rows")


def listing_of(cluster: Cluster, group: str) -> GroupListing:
    """Return the group's type and state: from the inventory, or from the brokers if it is new.

    Raises:
        NotFound: no broker knows the group.
    """
    row = Group.objects.filter(cluster=cluster, name=group).first()
    if row:
        return GroupListing(row.name, row.state, row.type, "", row.coordinator)
    listed = kafka.list_groups(cluster.connection()).items
    found = next((one for one in listed if one.name == group), None)
    if found is None:
        raise NotFound(f"There is no group {group}.", "It may have expired or been deleted; look at the list.")
    return found


def never_committed(cluster: Cluster, mine: Mapping[tuple[str, int], int | None]) -> dict[tuple[str, int], None]:
    """Return every partition of the topics that a group reads; whether it committed them is not known here."""
    names = {topic for topic, _ in mine}
    numbers = Topic.objects.filter(cluster=cluster, name__in=names).values_list("name", "partitions")
    return {(topic, partition): None for topic, count in numbers for partition in range(count)}


@cluster_view("groups.view")
def detail(request: HttpRequest, cluster: Cluster, group: str) -> HttpResponse:
    """Show one group: members, and every partition with committed and end offset and lag."""
    connection, listing = cluster.connection(), listing_of(cluster, group)
    described = kafka.describe(connection, [listing])
    seen = partial(sees, request, cluster, "topics.view")
    about = in_sight(described.items[0] if described.items else None, seen)
    committed = kafka.committed(connection, [group])
    mine = committed.items[0].offsets if committed.items else {}
    read = {one: offset for one, offset in {**never_committed(cluster, mine), **mine}.items() if seen(one[0])}
    wanted = set(read) | ({one for member in about.members for one in member.partitions} if about else set())
    ends, failures = offsets.end_offsets(connection, sorted(wanted))
    rows = partition_rows(about, read, ends)
    context = {
        "group": group,
        "listing": listing,
        "about": about,
        "rows": rows,
        "lag": sum(row.lag for row in rows if row.lag is not None) if any(r.lag is not None for r in rows) else None,
        "unknown": sum(row.lag is None for row in rows),
        "problems": [*described.failures, *committed.failures, *failures],
    }
    return page(request, "groups/detail.html", context, "live")
