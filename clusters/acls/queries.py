"""ACLs as the page and the API read them, from the inventory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from clusters.access import within
from clusters.acls.lock_out import Surroundings
from clusters.authorizer.decisions import Decision
from clusters.authorizer.words import decision_words
from clusters.gateway.access.acls import Acl
from clusters.gateway.errors import NotFound
from clusters.inventory.access import resource_acls, settings_of
from clusters.models import AclEntry, Cluster

FILTERS = ("resource_type", "operation", "permission")


def surroundings_of(cluster: Cluster) -> Surroundings:
    """Return whom ACLs of a cluster may lock out."""
    return Surroundings(cluster.own_principal, settings_of(cluster))


@dataclass(frozen=True)
class AccessDecision:
    """What the authorizer decides, in words too. Without super users it holds for principals that are none."""

    decision: Decision
    super_users_known: bool

    @property
    def sentence(self) -> str:
        return decision_words(self.decision)


def acls_in_sight(request: HttpRequest, cluster: Cluster) -> QuerySet[AclEntry]:
    """Return the ACLs of the resources that the person's grants cover."""
    return within(request, cluster, "acls.view", AclEntry.objects.filter(cluster=cluster), "resource_name")


def filtered(rows: QuerySet[AclEntry], q: str, filters: Mapping[str, str]) -> QuerySet[AclEntry]:
    rows = rows.filter(**{name: filters[name] for name in FILTERS if filters[name]})
    return rows.filter(Q(principal__icontains=q) | Q(resource_name__icontains=q)) if q else rows


def fields_of(acl: Acl) -> dict[str, str]:
    return {name: getattr(acl, name) for name in AclEntry.KEY}


def acl_with(fields: Mapping[str, str], present: Iterable[Acl]) -> Acl:
    """Return the ACL that seven fields identify.

    Raises:
        NotFound: there is none.
    """
    acl = next((candidate for candidate in present if fields_of(candidate) == fields), None)
    if acl is None:
        raise NotFound("This ACL does not exist (any more).", "Refresh the list.")
    return acl


def decide(cluster: Cluster, values: Mapping[str, Any]) -> AccessDecision:
    """Decide what ``AccessForm`` asks, from the ACLs in the inventory."""
    acls = resource_acls(cluster, values["resource_type"], values["resource_name"])
    decision = acls.decide(values["principal"], values["host"], values["operation"])
    return AccessDecision(decision, acls.settings.super_users is not None)
