"""Whether a user may do something. Pure: grants in, yes or no out. What no grant names is denied."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.patterns import EVERYTHING, covers, covers_prefix, includes

VIEW = {
    "clusters.list",
    "clusters.view",
    "brokers.view",
    "topics.view",
    "groups.view",
    "acls.view",
    "schemas.view",
    "connect.view",
    "quotas.view",
    "transactions.view",
    "lag.view",
    "metrics.view",
    "findings.view",
    "jobs.view",
}
OPERATE = {
    "clusters.refresh",
    "topics.create",
    "topics.configure",
    "topics.partitions",
    "topics.elect",
    "topics.reassign",
    "topics.delete",
    "topics.recreate",
    "topics.unclean",
    "messages.view",
    "messages.produce",
    "messages.delete",
    "messages.export",
    "groups.configure",
    "groups.reset",
    "groups.delete",
    "groups.members",
    "transactions.abort",
    "users.view",
    "findings.silence",
    "jobs.stop",
    "manifests.apply",
    "manifests.keep",
    "schemas.register",
    "schemas.delete",
    "connect.operate",
    "connect.create",
    "connect.configure",
    "connect.offsets",
    "connect.delete",
}
ADMINISTER = {
    "people.manage",
    "approvals.decide",
    "audit.view",
    "brokers.configure",
    "brokers.unregister",
    "quorum.voters",
    "features.update",
    "clusters.add",
    "clusters.edit",
    "clusters.delete",
    "messages.unmask",
    "acls.create",
    "acls.delete",
    "schemas.configure",
    "connect.loggers",
    "users.manage",
    "users.tokens",
    "quotas.manage",
    "lag.configure",
    "metrics.configure",
    "channels.manage",
    "rules.manage",
}
ROLES = {
    "viewer": frozenset(VIEW | {"clusters.refresh"}),
    "operator": frozenset(VIEW | OPERATE),
    "admin": frozenset(VIEW | OPERATE | ADMINISTER),
}
ACTIONS = ROLES["admin"]


# What concerns a whole cluster, or all of them: a grant that is limited to some resources does not cover it.
CLUSTER_WIDE = frozenset({
    "brokers.configure", "brokers.unregister", "channels.manage", "clusters.add", "clusters.delete", "clusters.edit",
    "features.update", "lag.configure", "manifests.keep", "metrics.configure", "people.manage", "quorum.voters",
})  # fmt: skip
STARTING = frozenset(
    {"connect.operate", "messages.produce", "messages.view", "schemas.register", "topics.reassign"}
)  # start jobs, which one may then follow and stop
OF_JOBS = frozenset({"jobs.view", "jobs.stop"})
CUSTOM = "custom"  # a grant that lists its actions itself


class NamePrefix(str):
    """All names that begin with this, as a resource: covered only by a glob that covers every continuation."""

    __slots__ = ()


def with_implied(actions: Iterable[str]) -> frozenset[str]:
    """Return actions with those that they are of no use without."""
    listed = frozenset(actions)
    return listed | OF_JOBS if listed & STARTING else listed


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
    """Tell whether one allowance covers an action on a resource.

    Without a resource, the question is whether the action is covered for some at all, which opens lists and forms. What
    concerns the whole cluster needs a grant on all resources.
    """
    if action not in allowance.covered or not covers(allowance.clusters, cluster):
        return False
    if action in CLUSTER_WIDE:
        return allowance.resources == EVERYTHING
    if isinstance(resource, NamePrefix):
        return covers_prefix(allowance.resources, resource)
    return not resource or covers(allowance.resources, resource)


def may(allowances: Iterable[Allowance], action: str, cluster: str, resource: str = "") -> bool:
    """Tell whether any allowance covers the action."""
    return any(allows(allowance, action, cluster, resource) for allowance in allowances)


def may_by_pattern(allowances: Iterable[Allowance], action: str, clusters: str, resources: str) -> bool:
    """Tell whether one allowance covers an action on whatever two globs match, of clusters and of resources."""
    return any(
        action in allowance.covered and includes(allowance.clusters, clusters)
        and includes(allowance.resources, resources)
        for allowance in allowances
    )  # fmt: skip


def may_somewhere(allowances: Iterable[Allowance], action: str) -> bool:
    """Tell whether any allowance covers an action, on whatever."""
    return any(action in allowance.covered for allowance in allowances)


def resource_globs(allowances: Iterable[Allowance], action: str, cluster: str) -> tuple[str, ...]:
    """Return the globs of the resources on which an action is granted in a cluster."""
    return tuple(dict.fromkeys(allowance.resources for allowance in allowances if allows(allowance, action, cluster)))


def missing(own: Iterable[Allowance], other: Allowance) -> frozenset[str]:
    """Return the actions of another allowance that one's own do not cover wherever it does."""
    inclusive = [
        allowance.covered
        for allowance in own
        if includes(allowance.clusters, other.clusters) and includes(allowance.resources, other.resources)
    ]
    return other.covered.difference(*inclusive)


def beyond(own: Iterable[Allowance], others: Iterable[Allowance]) -> list[Allowance]:
    """Return those of somebody's allowances that go beyond one's own."""
    own = list(own)
    return [allowance for allowance in others if missing(own, allowance)]
