"""Groups that a user may read, by its ACLs: Kafka does not tell who the members of a group are."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.http import HttpRequest

from clusters.access import sees, within
from clusters.authorizer.access import Cell, cell
from clusters.authorizer.decisions import EVERYONE, ResourceAcls
from clusters.authorizer.patterns import Pattern
from clusters.inventory.access import acl_of, settings_of
from clusters.models import AclEntry, Cluster, Group
from clusters.users.plan import PRINCIPAL

SHOWN = 50


@dataclass(frozen=True)
class ReadableGroups:
    """The groups with most lag of those that a user may read, each with what its access comes from; and how many."""

    rows: Sequence[tuple[Group, Cell]]
    total: int


def readable_groups(request: HttpRequest, cluster: Cluster, user: str) -> ReadableGroups | None:
    """Return the groups that are there, as of the last refresh; None where the person may not see ACLs.

    Super users, and access where no ACL is found, are left out: they would be all groups.
    """
    if not sees(request, cluster, "acls.view", ""):
        return None
    principal, settings = f"{PRINCIPAL}{user}", settings_of(cluster)
    rows = AclEntry.objects.filter(cluster=cluster, resource_type="GROUP", principal__in={principal, EVERYONE})
    acls = [acl_of(row) for row in rows]
    if not acls:
        return ReadableGroups((), 0)
    groups = within(request, cluster, "groups.view", Group.objects.filter(cluster=cluster))
    cells = {
        name: cell(ResourceAcls(acls, settings, Pattern("GROUP", name)), principal, "READ")
        for name in groups.values_list("name", flat=True)
    }
    readable = {name: access for name, access in cells.items() if is_allowed(access)}
    shown = groups.filter(name__in=readable).order_by(F("lag").desc(nulls_last=True), "name")[:SHOWN]
    return ReadableGroups([(group, readable[group.name]) for group in shown], len(readable))


def is_allowed(access: Cell) -> bool:
    """Tell whether an ACL allows it, from anywhere or from some host."""
    decisions = (access.decision, *(decision for _, decision in access.exceptions))
    return any(decision.allowed and decision.acl is not None for decision in decisions)
