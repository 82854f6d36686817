"""ACLs by principal, type of resource, pattern and host, so that few are compared with each. Pure."""

from collections.abc import Iterable, Iterator
from itertools import chain

from clusters.authorizer.decisions import EVERYONE
from clusters.authorizer.hosts import ANY_HOST
from clusters.authorizer.owned_acls import Key, OwnedAcls
from clusters.authorizer.patterns import Pattern
from clusters.gateway.access.acls import Acl

Wider = tuple[int, list[tuple[OwnedAcls, Key]]]
NOTHING: Wider = (0, [])


class AclIndex:
    """The ACLs of a cluster; ``bits`` are those of the operations and permissions that there are."""

    def __init__(self, acls: Iterable[Acl], *, networks: bool) -> None:
        self.networks = networks
        self.owned: dict[tuple[str, str], OwnedAcls] = {}
        self.bits: dict[tuple[str, str], int] = {}
        self._of_everyone: dict[Pattern, Wider] = {}
        for principal, host, operation, permission, resource_type, name, kind in acls:
            owned = self.owned.get((principal, resource_type))
            if owned is None:
                owned = self.owned[principal, resource_type] = OwnedAcls(networks=networks)
            bit = self.bits.get((operation, permission)) or self.new_bit(operation, permission)
            hosts = owned.hosts[kind, name]
            hosts[host] = hosts.get(host, 0) | bit

    def new_bit(self, operation: str, permission: str) -> int:
        return self.bits.setdefault((operation, permission), 1 << len(self.bits))

    def around(self, acl: Acl) -> Iterator[Acl]:
        """Yield the ACLs that concern each principal, host and resource that an ACL concerns, also itself."""
        pattern = Pattern.of(acl)
        for principal in dict.fromkeys((acl.principal, EVERYONE)):
            owned = self.owned.get((principal, acl.resource_type))
            for key in owned.covering(pattern) if owned else ():
                hosts = dict.fromkeys((ANY_HOST, acl.host, *owned.networks(key).around(acl.host))) if owned else ()
                places = (self.at(principal, host, acl.resource_type, key) for host in hosts)
                yield from chain.from_iterable(places)

    def at(self, principal: str, host: str, resource_type: str, key: Key) -> Iterator[Acl]:
        mask = self.owned[principal, resource_type].hosts[key].get(host, 0)
        for (operation, permission), bit in self.bits.items():
            if mask & bit:
                yield Acl(principal, host, operation, permission, resource_type, key[1], key[0])

    def wider(self, principal: str, pattern: Pattern, own: Key) -> Wider:
        """Return what is said for any host by what covers a pattern, but for ``own``, and what of it names hosts."""
        owned = self.owned[principal, pattern.resource_type]
        mask, keys = owned.wider(pattern, own)
        if principal == EVERYONE:
            return mask, [(owned, key) for key in keys]
        of_everyone, theirs = self.of_everyone(pattern)
        return mask | of_everyone, [(owned, key) for key in keys] + theirs if keys else theirs

    def of_everyone(self, pattern: Pattern) -> Wider:
        owned = self.owned.get((EVERYONE, pattern.resource_type))
        if owned is None:
            return NOTHING
        if pattern not in self._of_everyone:
            mask, keys = owned.wider(pattern)
            self._of_everyone[pattern] = mask, [(owned, key) for key in keys]
        return self._of_everyone[pattern]
