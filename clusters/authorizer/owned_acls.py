"""The ACLs of one principal on resources of one type, by pattern and host. Pure.

There may be a hundred thousand of them: what is said for a pattern and a host is one number, a bit for each operation
and permission, and a prefix knows what the prefixes of it say.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from clusters.authorizer.hosts import ANY_HOST
from clusters.authorizer.networks import NO_NETWORKS, Networks
from clusters.authorizer.patterns import WILDCARD, Pattern

PREFIXED = "PREFIXED"
ALL_NAMES = (PREFIXED, "")  # says what the wildcard says
Key = tuple[str, str]  # a pattern's type and name


class OwnedAcls:
    """What a principal's ACLs say, by pattern: for any host, and for those that they name."""

    def __init__(self, *, networks: bool) -> None:
        self.takes_networks = networks
        self.anywhere: dict[Key, int] = {}
        self.at_hosts: dict[Key, dict[str, int]] = {}
        self._networks: dict[Key, Networks] = {}

    def patterns(self) -> Iterator[Key]:
        """Yield each pattern."""
        return chain(self.anywhere, (key for key in self.at_hosts if key not in self.anywhere))

    def has(self, key: Key) -> bool:
        return key in self.anywhere or key in self.at_hosts

    def said(self, key: Key) -> Iterator[tuple[str, int]]:
        """Yield each host that something is said for, and what."""
        if key in self.anywhere:
            yield ANY_HOST, self.anywhere[key]
        yield from self.at_hosts.get(key, {}).items()

    def said_for(self, host: str, key: Key) -> int:
        return self.anywhere.get(key, 0) if host == ANY_HOST else self.at_hosts.get(key, {}).get(host, 0)

    def networks(self, key: Key) -> Networks:
        if not self.takes_networks or key not in self.at_hosts:
            return NO_NETWORKS
        if key not in self._networks:
            self._networks[key] = Networks(self.at_hosts[key])
        return self._networks[key]

    @cached_property
    def literal_types(self) -> list[str]:
        """The types of patterns that are no prefixes: LITERAL, and what Kafka may have one day."""
        return sorted({kind for kind, _ in self.patterns() if kind != PREFIXED})

    @cached_property
    def prefixes(self) -> list[str]:
        return sorted(name for kind, name in self.patterns() if kind == PREFIXED)

    @cached_property
    def parents(self) -> list[int]:
        """For each prefix, the number of the longest prefix of it; -1 for none."""
        parents, around = list[int](), list[int]()
        for number, name in enumerate(self.prefixes):
            while around and not name.startswith(self.prefixes[around[-1]]):
                around.pop()
            parents.append(around[-1] if around else -1)
            around.append(number)
        return parents

    @cached_property
    def for_any_host(self) -> list[int]:
        """For each prefix, what it and the prefixes of it say for any host."""
        masks = list[int]()
        for name, parent in zip(self.prefixes, self.parents, strict=True):
            masks.append(self.anywhere.get((PREFIXED, name), 0) | (masks[parent] if parent >= 0 else 0))
        return masks

    @cached_property
    def with_hosts(self) -> list[tuple[Key, ...]]:
        """For each prefix, those among it and the prefixes of it that name hosts."""
        keys = list[tuple[Key, ...]]()
        for name, parent in zip(self.prefixes, self.parents, strict=True):
            inherited = keys[parent] if parent >= 0 else ()
            keys.append((*inherited, (PREFIXED, name)) if (PREFIXED, name) in self.at_hosts else inherited)
        return keys

    def longest(self, name: str) -> int:
        """Return the number of the longest prefix of a name, which may be all of it; -1 for none."""
        number = bisect_right(self.prefixes, name) - 1
        while number >= 0 and not name.startswith(self.prefixes[number]):
            number = self.parents[number]
        return number

    def literals(self, pattern: Pattern) -> Iterator[Key]:
        """Yield what covers all resources of a pattern, and is no prefix."""
        for kind in self.literal_types:
            if not pattern.is_prefix and self.has((kind, pattern.name)):
                yield kind, pattern.name
            if self.has((kind, WILDCARD)) and not pattern.name.startswith(WILDCARD):
                yield kind, WILDCARD

    def covering(self, pattern: Pattern) -> Iterator[Key]:
        """Yield what covers all resources of a pattern."""
        number = self.longest(pattern.name)
        while number >= 0:
            yield PREFIXED, self.prefixes[number]
            number = self.parents[number]
        yield from self.literals(pattern)

    def wider_prefix(self, name: str, own: Key | None) -> int:
        """Return the number of the longest prefix of a name that is not ``own``; -1 for none."""
        number = self.longest(name) if self.prefixes else -1
        return self.parents[number] if number >= 0 and own == (PREFIXED, self.prefixes[number]) else number

    def wider(self, pattern: Pattern, own: Key | None = None) -> int:
        """Return what is said for any host by what covers a pattern, but for ``own``."""
        number = self.wider_prefix(pattern.name, own)
        mask = self.for_any_host[number] if number >= 0 else 0
        for key in self.literals(pattern):
            if key != own:
                mask |= self.anywhere.get(key, 0)
        return mask

    def wider_with_hosts(self, pattern: Pattern, own: Key | None = None) -> list[Key]:
        """Return what covers a pattern and names hosts, but for ``own``."""
        number = self.wider_prefix(pattern.name, own)
        keys = [*self.with_hosts[number]] if number >= 0 else []
        return [*keys, *(key for key in self.literals(pattern) if key != own and key in self.at_hosts)]

    def has_twins(self, key: Key) -> bool:
        """Tell whether another pattern may cover just the same, or two of its hosts be one."""
        is_twin = (key == ALL_NAMES or key[1] == WILDCARD) and self.has(ALL_NAMES)
        is_spelled_twice = key in self.at_hosts and self.networks(key).has_spellings
        return is_twin or is_spelled_twice or len(self.literal_types) > 1
