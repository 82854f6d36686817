"""Who may do what, from the inventory: only the ACLs that concern a resource are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from clusters.authorizer.access import PrincipalAccess, access_of, principals_of
from clusters.authorizer.decisions import AuthorizerSettings, Decision, ResourceAcls
from clusters.authorizer.patterns import Pattern
from clusters.gateway.access.acls import Acl
from clusters.inventory.acls import acls_concerning
from clusters.models import AclEntry, Broker, Cluster, Mirror
from core.database.prepared import Parameter, Prepared
from core.web.lists import parameter

OPERATIONS = {"TOPIC": ("READ", "WRITE", "DESCRIBE", "ALTER", "DELETE"), "GROUP": ("READ", "DESCRIBE", "DELETE")}
PAGE_SIZE = 100  # principals of a page
RELEASES = Prepared(Broker.objects.filter(cluster=Parameter("cluster"), online=True).only("release"))
LONGEST = 255  # characters of a text that is searched for
NETWORKS_FROM = (4, 4)  # the release whose brokers take a network as a host (KIP-1276)


@dataclass(frozen=True)
class Access:
    """The access to one resource: a page of principals with its rows, and what nobody's ACL decides.

    ``total`` counts all principals, ``q`` is what was searched for among them.
    """

    operations: Sequence[str]
    rows: Sequence[PrincipalAccess]
    page: Page[str]
    total: int
    q: str
    settings: AuthorizerSettings
    default: Decision | None

    @property
    def super_users_known(self) -> bool:
        return self.settings.super_users is not None


def settings_of(cluster: Cluster) -> AuthorizerSettings:
    """Return what is known of a cluster's authorizer."""
    mirror: Mirror | None = getattr(cluster, "mirror", None)
    users = mirror.super_users if mirror else None
    if users is None:
        users = cluster.entered_super_users or None
    releases = [broker.release for broker in RELEASES.rows(cluster=cluster.pk)]
    return AuthorizerSettings(
        super_users=None if users is None else frozenset(users),
        allow_everyone=mirror.allow_everyone if mirror else None,
        networks=takes_networks(releases),
    )


def takes_networks(releases: Iterable[str]) -> bool:
    """Tell whether all brokers take a network as the host of an ACL, as far as their releases are known."""
    numbers = [release.removeprefix("newer than ").split(".") for release in releases]
    return bool(numbers) and all(
        all(part.isdecimal() for part in number) and tuple(map(int, number)) >= NETWORKS_FROM for number in numbers
    )


def acl_of(row: AclEntry) -> Acl:
    return Acl(**{name: getattr(row, name) for name in AclEntry.KEY})


def resource_acls(
    cluster: Cluster, resource_type: str, name: str, rows: Iterable[AclEntry] | None = None
) -> ResourceAcls:
    """Return the ACLs of a resource, ready to be asked; ``rows`` are those that concern it, where they are read."""
    concerning = acls_concerning(cluster, resource_type, name) if rows is None else rows
    return ResourceAcls(map(acl_of, concerning), settings_of(cluster), Pattern(resource_type, name))


def containing(principals: Sequence[str], q: str) -> Sequence[str]:
    """Return the principals whose names contain a text, whatever its case."""
    return [principal for principal in principals if q.casefold() in principal.casefold()] if q else principals


def asked_principals(request: HttpRequest) -> dict[str, str]:
    """Return which principals a page is asked for: beside its own lists, so under names of their own."""
    return {"q": parameter(request, "principal").strip()[:LONGEST], "page": request.GET.get("principals", "")}


def access_to(
    cluster: Cluster, resource_type: str, name: str, rows: Iterable[AclEntry], *, q: str = "", page: str = ""
) -> Access:
    """Return who may do what with a topic or a group: a page of the principals whose names contain ``q``.

    ``rows`` are the ACLs that concern it.
    """
    acls, operations = resource_acls(cluster, resource_type, name, rows), OPERATIONS[resource_type]
    principals = principals_of(acls)
    listed = Paginator(containing(principals, q), PAGE_SIZE).get_page(page or 1)
    return Access(
        operations=operations,
        rows=[access_of(acls, principal, operations) for principal in listed],
        page=listed,
        total=len(principals),
        q=q,
        settings=acls.settings,
        default=None if acls.by_principal else acls.without_acls(),
    )
