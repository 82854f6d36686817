"""ACLs without which the authorizer decides the same: others allow or deny as much. Pure.

What is named may all be removed at once: of ACLs that cover each other one is kept, and whatever covers another one
stays, or is itself covered by one that stays. A resource that an ACL covers is still covered by one, so that
``allow.everyone.if.no.acl.found`` applies to no more resources than before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from clusters.authorizer.acl_index import AclIndex
from clusters.authorizer.decisions import EVERYONE, concerns_operation
from clusters.authorizer.hosts import ANY_HOST, is_within
from clusters.authorizer.owned_acls import Key, OwnedAcls
from clusters.authorizer.patterns import Pattern
from clusters.gateway.access.acls import OPERATIONS, Acl


class Redundancy(StrEnum):
    """Why an ACL changes nothing."""

    DUPLICATE = "duplicate"
    SHADOWED = "shadowed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class RedundantAcl:
    """An ACL that changes nothing, among the others."""

    acl: Acl
    kind: Redundancy
    verdicts: "Verdicts"

    @property
    def because(self) -> tuple[Acl, ...]:
        """The ACLs because of which; of these, those that stay."""
        _, because = compared(self.verdicts.index, self.acl) or (None, ())
        return tuple(acl for acl in because if acl not in self.verdicts.kinds) or because


@lru_cache(maxsize=256)
def operations_of(operation: str, permission: str) -> frozenset[str]:
    """Return the operations that an ACL allows or denies, implied ones too."""
    acl = Acl("", "", operation, permission, "", "", "")
    return frozenset(name for name in {*OPERATIONS.values(), operation} if concerns_operation(acl, name))


class Verdicts:
    """Which ACLs change nothing, and of what kind each is.

    Most are judged all at once, by what is said for their pattern and host and for wider ones. Where two of these may
    be the same, each ACL is compared with those around it.
    """

    def __init__(self, index: AclIndex) -> None:
        self.index = index
        self.kinds: dict[Acl, Redundancy] = {}
        self.judged_at_once: dict[tuple[int, int], list[tuple[str, str, Redundancy]]] = {}
        for (principal, resource_type), owned in index.owned.items():
            for key in owned.patterns():
                judge = self.one_by_one if owned.has_twins(key) else self.at_once
                self.kinds.update(judge(principal, resource_type, owned, key))

    def one_by_one(
        self, principal: str, resource_type: str, owned: OwnedAcls, key: Key
    ) -> Iterator[tuple[Acl, Redundancy]]:
        for host, _ in owned.said(key):
            for acl in self.index.at(principal, host, resource_type, key):
                if verdict := compared(self.index, acl):
                    yield acl, verdict[0]

    def at_once(
        self, principal: str, resource_type: str, owned: OwnedAcls, key: Key
    ) -> Iterator[tuple[Acl, Redundancy]]:
        pattern = Pattern.named(resource_type, key[1], key[0])
        for_any_host = self.index.wider(principal, pattern, key)
        places = [*self.index.wider_with_hosts(principal, pattern, key)] if key in owned.at_hosts else []
        for host, mask in owned.said(key):
            around = for_any_host
            if host != ANY_HOST:
                around |= owned.anywhere.get(key, 0) | said_for(host, places) | said_around(host, owned, key)
            if around or mask & (mask - 1):  # else it is alone
                for operation, permission, kind in self.judged(mask, around):
                    yield Acl(principal, host, operation, permission, resource_type, key[1], key[0]), kind

    def judged(self, mask: int, around: int) -> list[tuple[str, str, Redundancy]]:
        """Return what of that which is said somewhere changes nothing, beside what is said ``around`` it."""
        if (mask, around) not in self.judged_at_once:
            here, wider = ([words for words, bit in self.index.bits.items() if bit & each] for each in (mask, around))
            verdicts = ((*words, redundancy_of(words, here, wider)) for words in here)
            self.judged_at_once[mask, around] = [(*words, kind) for *words, kind in verdicts if kind]  # type: ignore[misc]
        return self.judged_at_once[mask, around]


def said_for(host: str, places: Iterable[tuple[OwnedAcls, Key]]) -> int:
    """Return what is said for a host, or for a network that it is in, in some places."""
    mask = 0
    for owned, key in places:
        mask |= owned.said_for(host, key) | said_around(host, owned, key)
    return mask


def said_around(host: str, owned: OwnedAcls, key: Key) -> int:
    """Return what is said for the networks that a host is in."""
    mask = 0
    for name in owned.networks(key).around(host):
        mask |= owned.said_for(name, key)
    return mask


Words = tuple[str, str]  # an operation and a permission


def redundancy_of(words: Words, here: Iterable[Words], wider: Iterable[Words]) -> Redundancy | None:
    """Return why what an ACL says changes nothing, beside what is said for the same, and what for more."""
    operations, (operation, permission) = operations_of(*words), words
    denials = [operations_of(*each) for each in (*here, *wider) if each[1] != "ALLOW"]
    if permission == "ALLOW" and denials and operations <= frozenset[str]().union(*denials):
        return Redundancy.DENIED
    if any(each[1] == permission and operations <= operations_of(*each) for each in wider):
        return Redundancy.SHADOWED
    covering = [each for each in here if each[1] == permission and operations <= operations_of(*each)]
    if any(operations != operations_of(*each) for each in covering):
        return Redundancy.SHADOWED
    return Redundancy.DUPLICATE if any(each[0] < operation for each in covering) else None


def compared(index: AclIndex, acl: Acl) -> tuple[Redundancy, tuple[Acl, ...]] | None:
    """Return why an ACL changes nothing, and the ACLs because of which; None where it does change something."""
    operations = operations_of(acl.operation, acl.permission)
    around = [other for other in index.around(acl) if other != acl]
    if acl.permission == "ALLOW":
        denials = [other for other in around if other.permission != "ALLOW"]
        denied = (operations_of(each.operation, each.permission) for each in denials)
        if denials and operations <= frozenset[str]().union(*denied):
            return Redundancy.DENIED, by_resource(denials)
    covering = [other for other in around if covers(other, acl, networks=index.networks)]
    equal = [other for other in covering if covers(acl, other, networks=index.networks)]
    if broader := [other for other in covering if other not in equal]:
        return Redundancy.SHADOWED, by_resource(broader)
    first = [other for other in equal if other < acl]
    return (Redundancy.DUPLICATE, by_resource(first)) if first else None


def covers(other: Acl, acl: Acl, *, networks: bool) -> bool:
    """Tell whether an ACL says all that another one says."""
    return (
        other.permission == acl.permission
        and operations_of(acl.operation, acl.permission) <= operations_of(other.operation, other.permission)
        and other.principal in (acl.principal, EVERYONE)
        and Pattern.of(acl).is_covered_by(other)
        and (other.host in (ANY_HOST, acl.host) or (networks and is_within(acl.host, other.host)))
    )


def by_resource(acls: Iterable[Acl]) -> tuple[Acl, ...]:
    return tuple(sorted(acls, key=lambda acl: (acl.principal, acl.resource_name, acl)))


def redundant(acls: Iterable[Acl], *, networks: bool = False) -> list[RedundantAcl]:
    """Return the ACLs that may be removed, all at once, without changing any decision.

    Args:
        acls: all ACLs of a cluster.
        networks: whether brokers take a network as a host.
    """
    verdicts = Verdicts(AclIndex(acls, networks=networks))
    return [RedundantAcl(acl, kind, verdicts) for acl, kind in sorted(verdicts.kinds.items())]


def lacking(requested: Iterable[Acl], present: Iterable[Acl], *, networks: bool = False) -> list[Acl]:
    """Return those of some ACLs that say something that the present ones do not."""
    index = AclIndex(present, networks=networks)
    return [
        acl
        for acl in dict.fromkeys(requested)
        if not any(covers(other, acl, networks=networks) for other in index.around(acl))
    ]
