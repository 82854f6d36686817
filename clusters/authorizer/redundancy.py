"""ACLs without which the authorizer decides the same: others allow or deny as much. Pure.

What is named may all be removed at once: of ACLs that cover each other one is kept, and whatever covers another one
stays, or is itself covered by one that stays. A resource that an ACL covers is still covered by one, so that
``allow.everyone.if.no.acl.found`` applies to no more resources than before.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter

from clusters.authorizer.decisions import EVERYONE, concerns_operation
from clusters.authorizer.hosts import ANY_HOST, Span, is_within, network, span_of
from clusters.authorizer.patterns import WILDCARD, Pattern
from clusters.gateway.access.acls import OPERATIONS, Acl

PREFIXED = "PREFIXED"
in_order = attrgetter(*Acl.__slots__)  # as ACLs are compared, and quicker


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


class HostAcls:
    """The ACLs of one principal on one pattern, by their hosts."""

    __slots__ = ("by_host", "lengths", "networks")

    def __init__(self) -> None:
        self.by_host: dict[str, list[Acl]] = {}
        self.networks: dict[Span, list[str]] = {}  # hosts that are one, in whatever spelling
        self.lengths: set[tuple[int, int]] = set()  # of networks: their versions and numbers of bits

    def add(self, acl: Acl, *, networks: bool) -> None:
        if acl.host not in self.by_host:
            self.by_host[acl.host] = []
            span = span_of(acl.host) if networks and network(acl.host) else None
            if span:
                self.networks.setdefault(span, []).append(acl.host)
                self.lengths.add(span[:2])
        self.by_host[acl.host].append(acl)

    def around(self, host: str) -> list[Acl]:
        """Return the ACLs that concern each client of a host."""
        if host == ANY_HOST:
            return self.by_host.get(ANY_HOST, [])
        around = [*self.by_host.get(ANY_HOST, ()), *self.by_host.get(host, ())]
        for name in self.networks_around(host) if self.networks else ():
            around += self.by_host[name]
        return around

    def networks_around(self, host: str) -> Iterator[str]:
        """Yield the networks that a host is in, without the host itself."""
        span = span_of(host)
        for version, length in self.lengths if span else ():
            if span and version == span[0] and length <= span[1]:
                names = self.networks.get((version, length, span[2] >> (span[1] - length)), ())
                yield from (name for name in names if name != host)


class AclIndex:
    """ACLs by principal, resource pattern and host, so that few are compared with each."""

    def __init__(self, acls: Iterable[Acl], *, networks: bool) -> None:
        self.networks = networks
        self.groups: dict[tuple[str, str, str, str], HostAcls] = defaultdict(HostAcls)
        self.lengths: dict[tuple[str, str], set[int]] = defaultdict(set)  # of prefixes that there are
        self.kinds: set[str] = set()  # of patterns that are no prefixes
        self.everyones: dict[Pattern, list[HostAcls]] = {}  # what covers a pattern for everyone, as far as needed
        for acl in set(acls):
            self.groups[acl.principal, acl.resource_type, acl.pattern_type, acl.resource_name].add(
                acl, networks=networks
            )
            if acl.pattern_type == PREFIXED:
                self.lengths[acl.principal, acl.resource_type].add(len(acl.resource_name))
            else:
                self.kinds.add(acl.pattern_type)

    def around(self, acl: Acl) -> Iterator[Acl]:
        """Yield the ACLs that concern each principal, host and resource that an ACL concerns, also itself."""
        for group in self.covering(acl.principal, Pattern.of(acl)):
            yield from group.around(acl.host)

    def covering(self, principal: str, pattern: Pattern) -> Iterator[HostAcls]:
        """Yield the ACLs of a principal and of everyone on what covers all resources of a pattern."""
        if principal != EVERYONE:
            yield from self.covering_of(principal, pattern)
        if pattern not in self.everyones:
            self.everyones[pattern] = list(self.covering_of(EVERYONE, pattern))
        yield from self.everyones[pattern]

    def covering_of(self, principal: str, pattern: Pattern) -> Iterator[HostAcls]:
        names = [] if pattern.is_prefix else [pattern.name]
        names += [] if pattern.name.startswith(WILDCARD) else [WILDCARD]
        keys = [(PREFIXED, pattern.name[:length]) for length in self.lengths.get((principal, pattern.resource_type), ())
                if length <= len(pattern.name)]  # fmt: skip
        for kind, name in (*keys, *itertools.product(self.kinds, names)):
            group = self.groups.get((principal, pattern.resource_type, kind, name))
            if group:
                yield group

    def alike(self) -> Iterator[tuple[list[Acl], list[Acl]]]:
        """Yield ACLs that differ only in what they allow or deny, with all that are around these, if there are more."""
        for (principal, *_), group in self.groups.items():
            first = next(iter(group.by_host.values()))[0]
            covering = list(self.covering(principal, Pattern.of(first)))
            for host, acls in group.by_host.items():
                around = list(itertools.chain.from_iterable(each.around(host) for each in covering))
                if len(around) > 1:
                    yield acls, around

    def covers(self, other: Acl, acl: Acl) -> bool:
        """Tell whether an ACL says all that another one says."""
        return (
            other.permission == acl.permission
            and operations_of(acl.operation, acl.permission) <= operations_of(other.operation, other.permission)
            and other.principal in (acl.principal, EVERYONE)
            and Pattern.of(acl).is_covered_by(other)
            and self.has_hosts_of(other, acl)
        )

    def has_hosts_of(self, other: Acl, acl: Acl) -> bool:
        return other.host in (ANY_HOST, acl.host) or (self.networks and is_within(acl.host, other.host))


def redundant(acls: Iterable[Acl], *, networks: bool = False) -> list[RedundantAcl]:
    """Return the ACLs that may be removed, all at once, without changing any decision.

    Args:
        acls: all ACLs of a cluster.
        networks: whether brokers take a network as a host.
    """
    index = AclIndex(acls, networks=networks)
    named = [
        each
        for alike, around in index.alike()
        for acl in alike
        if (each := redundancy_of(index, acl, [other for other in around if other is not acl]))
    ]
    removed = {each.acl for each in named}
    named.sort(key=lambda each: in_order(each.acl))
    return [RedundantAcl(each.acl, each.kind, staying(each.because, removed)) for each in named]


def redundancy_of(index: AclIndex, acl: Acl, around: Sequence[Acl]) -> RedundantAcl | None:
    """Return why an ACL changes nothing beside those around it; None where it does."""
    operations = operations_of(acl.operation, acl.permission)
    if acl.permission == "ALLOW":
        denials = [other for other in around if other.permission != "ALLOW"]
        denied = (operations_of(each.operation, each.permission) for each in denials)
        if denials and operations <= frozenset[str]().union(*denied):
            return RedundantAcl(acl, Redundancy.DENIED, by_resource(denials))
    covering = [other for other in around if other.permission == acl.permission
                and operations <= operations_of(other.operation, other.permission)]  # fmt: skip
    equal, broader = list[Acl](), list[Acl]()
    for other in covering:
        (equal if index.covers(acl, other) else broader).append(other)
    if broader:
        return RedundantAcl(acl, Redundancy.SHADOWED, by_resource(broader))
    first = [other for other in equal if other < acl]
    return RedundantAcl(acl, Redundancy.DUPLICATE, by_resource(first)) if first else None


def by_resource(acls: Iterable[Acl]) -> tuple[Acl, ...]:
    return tuple(sorted(acls, key=lambda acl: (acl.principal, acl.resource_name, acl)))


def staying(because: tuple[Acl, ...], removed: set[Acl]) -> tuple[Acl, ...]:
    return tuple(acl for acl in because if acl not in removed) or because


def lacking(requested: Iterable[Acl], present: Iterable[Acl], *, networks: bool = False) -> list[Acl]:
    """Return those of some ACLs that say something that the present ones do not."""
    index = AclIndex(present, networks=networks)
    return [acl for acl in dict.fromkeys(requested) if not any(index.covers(other, acl) for other in index.around(acl))]
