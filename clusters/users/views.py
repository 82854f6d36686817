"""Pages about users: the list from the inventory; one user with credentials, access and quotas."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clusters.access import cluster_view, sees
from clusters.acls import principals
from clusters.authorizer.decisions import EVERYONE
from clusters.gateway.errors import NotFound
from clusters.inventory.access import acl_of, settings_of
from clusters.models import AclEntry, Cluster
from clusters.quotas.queries import effective, of_user
from clusters.users.plan import PRINCIPAL
from clusters.users.queries import (
    SORTED,
    credentials_of,
    filtered,
    is_known,
    number_of_acls,
    number_of_quotas,
    users_in_sight,
)
from clusters.users.readable_groups import readable_groups
from clusters.users.tokens.queries import can_change, tokens_of
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page

SHOWN = 100  # ACLs on a user's page; the principal's own page has all


@cluster_view("users.view")
def users(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List the users that have SCRAM credentials."""
    state = list_state(request, columns=SORTED, default="name")
    rows = users_in_sight(request, cluster)
    total = rows.count()
    rows = filtered(rows, state.q)
    if export_format(request):
        return export(request, ordered(rows, state.sort), SORTED, "users")
    listed = page_of(rows, state)
    names = [row.name for row in listed]
    context = {
        "state": state,
        "page": listed,
        "everything": total,
        "sees_acls": sees(request, cluster, "acls.view", ""),
        "sees_quotas": sees(request, cluster, "quotas.view", ""),
        "acls": number_of_acls(request, cluster, names),
        "quotas": number_of_quotas(request, cluster, names),
    }
    return page(request, "users/list.html", context, "rows")


@cluster_view("users.view")
def detail(request: HttpRequest, cluster: Cluster, user: str) -> HttpResponse:
    """Show a user's credentials as Kafka has them, and its access and quotas as of the last refresh."""
    credentials = credentials_of(cluster, user)
    if not credentials.items and not credentials.problem and not is_known(request, cluster, user):
        raise NotFound(f"There is no user {user}.", "It has no SCRAM credential, ACL or quota; refresh the list.")
    tokens = tokens_of(cluster, user)
    context = {
        "user_name": user,
        "owner": f"{PRINCIPAL}{user}",
        "credentials": credentials,
        "tokens": tokens,
        "token_rows": [(token, can_change(cluster, token)) for token in tokens.items],
        **quotas_of(request, cluster, user),
    }
    if sees(request, cluster, "acls.view", ""):
        context |= access_of(request, cluster, user)
        context["readable"] = readable_groups(request, cluster, user)
    return page(request, "users/detail.html", context)


def quotas_of(request: HttpRequest, cluster: Cluster, user: str) -> dict[str, object]:
    """Return a user's quotas, and what applies to a client of it whose client id has none."""
    if not sees(request, cluster, "quotas.view", user):
        return {}
    return {"quotas": of_user(request, cluster, user), "effective": effective(cluster, user, "", "")}


def access_of(request: HttpRequest, cluster: Cluster, user: str) -> dict[str, object]:
    """Return what a user may do, and the ACLs that say so: its own, and those of everyone."""
    principal, settings = f"{PRINCIPAL}{user}", settings_of(cluster)
    rows = principals.entries_of(request, cluster, principal).order_by("resource_type", "resource_name", "operation")
    entries = AclEntry.objects.filter(cluster=cluster, principal__in={principal, EVERYONE})
    acls = principals.PrincipalAcls(principal, settings, map(acl_of, entries))
    return {
        "principal": principal,
        "settings": settings,
        "is_super_user": principal in (settings.super_users or ()),
        "acls": rows[:SHOWN],
        "acl_count": rows.count(),
        "patterns": principals.accesses(request, cluster, rows[:SHOWN], acls),
    }
