"""Whether a user may do something. Pure: grants in, yes or no out. What no grant names is denied."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.patterns import covers

VIEW = {
    "clusters.list",
    "clusters.view",
    "brokers.view",
    "topics.view",
    "groups.view",
    "acls.view",
    "lag.view",
    "metrics.view",
    "findings.view",
}
OPERATE = {
    "clusters.refresh",
    "topics.create",
    "topics.configure",
    "topics.partitions",
    "topics.delete",
    "messages.view",
    "groups.reset",
    "groups.delete",
    "findings.silence",
}
ADMINISTER = {
    "people.manage",
    "audit.view",
    "clusters.add",
    "clusters.edit",
    "clusters.delete",
    "acls.create",
    "acls.delete",
    "lag.configure",
    "metrics.configure",
    "channels.manage",
}
ROLES = {
    "viewer": frozenset(VIEW | {"clusters.refresh"}),
    "operator": frozenset(VIEW | OPERATE),
    "admin": frozenset(VIEW | OPERATE | ADMINISTER),
}
ACTIONS = ROLES["admin"]


CUSTOM = "custom"  # a grant that lists its actions itself


@dataclass(frozen=True)
class Allowance:
    """One grant: a role, or some actions, on the clusters, and the resources in them, that match the globs."""

    role: str
    clusters: str = "*"
    resources: str = "*"
    actions: frozenset[str] = frozenset()

    @property
    def covered(self) -> frozenset[str]:
        return self.actions if self.role == CUSTOM else ROLES.get(self.role, frozenset())


def allows(allowance: Allowance, action: str, cluster: str, resource: str = "") -> bool:
    """Tell whether one allowance covers the action. An action without a resource ignores the resource glob."""
    return (
        action in allowance.covered
        and covers(allowance.clusters, cluster)
        and (not resource or covers(allowance.resources, resource))
    )


def may(allowances: Iterable[Allowance], action: str, cluster: str, resource: str = "") -> bool:
    """Tell whether any allowance covers the action."""
    return any(allows(allowance, action, cluster, resource) for allowance in allowances)


def resource_globs(allowances: Iterable[Allowance], action: str, cluster: str) -> tuple[str, ...]:
    """Return the globs of the resources on which an action is granted in a cluster."""
    return tuple(dict.fromkeys(allowance.resources for allowance in allowances if allows(allowance, action, cluster)))
