"""May this person do this? Pure: grants in, yes or no out. What no grant names is denied."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

VIEW = {"clusters.list", "clusters.view", "brokers.view", "topics.view", "groups.view", "acls.view", "lag.view"}
OPERATE = {"clusters.refresh", "topics.create", "topics.configure", "topics.partitions", "topics.delete"}
ADMINISTER = {"clusters.add", "clusters.edit", "clusters.delete", "acls.create", "acls.delete", "lag.configure"}
ROLES = {
    "viewer": frozenset(VIEW | {"clusters.refresh"}),
    "operator": frozenset(VIEW | OPERATE),
    "admin": frozenset(VIEW | OPERATE | ADMINISTER),
}
ACTIONS = ROLES["admin"]


@dataclass(frozen=True)
class Allowance:
    """One grant: a role on the clusters, and the resources in them, that match the globs."""

    role: str
    clusters: str = "*"
    resources: str = "*"


def allows(allowance: Allowance, action: str, cluster: str, resource: str = "") -> bool:
    """Tell whether one allowance covers the action. A resource-less action ignores the resource glob."""
    return (
        action in ROLES[allowance.role]
        and fnmatchcase(cluster, allowance.clusters)
        and (not resource or fnmatchcase(resource, allowance.resources))
    )


def may(allowances: Iterable[Allowance], action: str, cluster: str, resource: str = "") -> bool:
    """Tell whether any allowance covers the action."""
    return any(allows(allowance, action, cluster, resource) for allowance in allowances)
