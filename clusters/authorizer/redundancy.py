"""ACLs without which the authorizer decides the same: others allow or deny as much. Pure.

What is named may all be removed at once: of ACLs that cover each other one is kept, and whatever covers another one
stays, or is itself covered by one that stays. A resource that an ACL covers is still covered by one, so that
``allow.everyone.if.no.acl.found`` applies to no more resources than before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from clusters.authorizer.decisions import EVERYONE, concerns_operation
from clusters.authorizer.hosts import ANY_HOST, is_within
from clusters.authorizer.patterns import WILDCARD, Pattern
from clusters.gateway.access.acls import OPERATIONS, Acl


class Redundancy(StrEnum):
    """Why an ACL changes nothing."""

    DUPLICATE = "duplicate"
    SHADOWED = "shadowed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class RedundantAcl:
    """An ACL that changes nothing, and the ones because of which."""

    acl: Acl
    kind: Redundancy
    because: tuple[Acl, ...]


@lru_cache(maxsize=256)
def operations_of(operation: str, permission: str) -> frozenset[str]:
    """Return the operations that an ACL allows or denies, implied ones too."""
    acl = Acl("", "", operation, permission, "", "", "")
    return frozenset(name for name in {*OPERATIONS.values(), operation} if concerns_operation(acl, name))


class AclIndex:
    """ACLs by principal and resource, so that few are compared with each."""

    def __init__(self, acls: Iterable[Acl], *, networks: bool) -> None:
        self.acls, self.networks = sorted(set(acls)), networks
        self.by_resource: dict[tuple[str, str, str], list[Acl]] = defaultdict(list)
        self.lengths: dict[tuple[str, str], set[int]] = defaultdict(set)  # of names that there are
        for acl in self.acls:
            self.by_resource[acl.principal, acl.resource_type, acl.resource_name].append(acl)
            self.lengths[acl.principal, acl.resource_type].add(len(acl.resource_name))

    def around(self, acl: Acl) -> Iterator[Acl]:
        """Yield the other ACLs that concern each principal, host and resource that an ACL concerns."""
        pattern = Pattern.of(acl)
        for principal in sorted({acl.principal, EVERYONE}):
            lengths = self.lengths.get((principal, acl.resource_type), ())
            for name in sorted({WILDCARD, *(acl.resource_name[:length] for length in lengths)}):
                for other in self.by_resource.get((principal, acl.resource_type, name), ()):
                    if other != acl and pattern.is_covered_by(other) and self.has_hosts_of(other, acl):
                        yield other

    def has_hosts_of(self, other: Acl, acl: Acl) -> bool:
        return other.host in (ANY_HOST, acl.host) or (self.networks and is_within(acl.host, other.host))

    def covers(self, other: Acl, acl: Acl) -> bool:
        """Tell whether an ACL says all that another one says."""
        return (
            other.permission == acl.permission
            and other.principal in (acl.principal, EVERYONE)
            and Pattern.of(acl).is_covered_by(other)
            and self.has_hosts_of(other, acl)
            and operations_of(acl.operation, acl.permission) <= operations_of(other.operation, other.permission)
        )


def redundant(acls: Iterable[Acl], *, networks: bool = False) -> list[RedundantAcl]:
    """Return the ACLs that may be removed, all at once, without changing any decision.

    Args:
        acls: all ACLs of a cluster.
        networks: whether brokers take a network as a host.
    """
    index = AclIndex(acls, networks=networks)
    named = [each for each in (redundancy_of(index, acl) for acl in index.acls) if each]
    removed = {each.acl for each in named}
    return [RedundantAcl(each.acl, each.kind, staying(each.because, removed)) for each in named]


def redundancy_of(index: AclIndex, acl: Acl) -> RedundantAcl | None:
    """Return why an ACL changes nothing; None where it does."""
    around = list(index.around(acl))
    denials = tuple(other for other in around if other.permission != "ALLOW")
    if acl.permission == "ALLOW" and denials:
        denied = frozenset[str]().union(*(operations_of(each.operation, each.permission) for each in denials))
        if operations_of(acl.operation, acl.permission) <= denied:
            return RedundantAcl(acl, Redundancy.DENIED, denials)
    covering = [other for other in around if index.covers(other, acl)]
    equal = tuple(other for other in covering if index.covers(acl, other))
    broader = tuple(other for other in covering if other not in equal)
    if broader:
        return RedundantAcl(acl, Redundancy.SHADOWED, broader)
    first = tuple(other for other in equal if other < acl)
    return RedundantAcl(acl, Redundancy.DUPLICATE, first) if first else None


def staying(because: tuple[Acl, ...], removed: set[Acl]) -> tuple[Acl, ...]:
    return tuple(acl for acl in because if acl not in removed) or because


def lacking(requested: Iterable[Acl], present: Iterable[Acl], *, networks: bool = False) -> list[Acl]:
    """Return those of some ACLs that say something that the present ones do not."""
    index = AclIndex([*present], networks=networks)
    indexed = set(index.acls)
    return [
        acl
        for acl in dict.fromkeys(requested)
        if acl not in indexed and not any(index.covers(other, acl) for other in index.around(acl))
    ]
