"""ACLs by principal, type of resource, pattern and host, so that few are compared with each. Pure."""

from collections.abc import Iterable, Iterator
from itertools import chain

from clusters.authorizer.decisions import EVERYONE
from clusters.authorizer.hosts import ANY_HOST
from clusters.authorizer.owned_acls import Key, OwnedAcls
from clusters.authorizer.patterns import Pattern
from clusters.gateway.access.acls import Acl


class AclIndex:
    """The ACLs of a cluster; ``bits`` are those of the operations and permissions that there are."""

    def __init__(self, acls: Iterable[Acl], *, networks: bool) -> None:
        self.networks = networks
        self.owned: dict[tuple[str, str], OwnedAcls] = {}
        self.bits: dict[tuple[str, str], int] = {}
        self._of_everyone: dict[tuple[str, Key], int] = {}
        for principal, host, operation, permission, resource_type, name, kind in acls:
            owned = self.owned.get((principal, resource_type))
            if owned is None:
                owned = self.owned[principal, resource_type] = OwnedAcls(networks=networks)
            bit = self.bits.get((operation, permission)) or self.new_bit(operation, permission)
            key = (kind, name)
            if host == ANY_HOST:
                owned.anywhere[key] = owned.anywhere.get(key, 0) | bit
            else:
                hosts = owned.at_hosts.setdefault(key, {})
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
        mask = self.owned[principal, resource_type].said_for(host, key)
        for (operation, permission), bit in self.bits.items():
            if mask & bit:
                yield Acl(principal, host, operation, permission, resource_type, key[1], key[0])

    def wider(self, principal: str, pattern: Pattern, own: Key) -> int:
        """Return what is said for any host by what covers a pattern, but for ``own``."""
        mask = self.owned[principal, pattern.resource_type].wider(pattern, own)
        theirs = self.owned.get((EVERYONE, pattern.resource_type))
        if principal == EVERYONE or theirs is None:
            return mask
        place = pattern.resource_type, own
        if place not in self._of_everyone:
            self._of_everyone[place] = theirs.wider(pattern)
        return mask | self._of_everyone[place]

    def wider_with_hosts(self, principal: str, pattern: Pattern, own: Key) -> Iterator[tuple[OwnedAcls, Key]]:
        """Yield what covers a pattern and names hosts, but for ``own``."""
        for owner in dict.fromkeys((principal, EVERYONE)):
            owned = self.owned.get((owner, pattern.resource_type))
            if owned:
                for key in owned.wider_with_hosts(pattern, own if owner == principal else None):
                    yield owned, key
