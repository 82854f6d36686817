"""The ACLs of one principal on resources of one type, by pattern and host. Pure.

There may be a hundred thousand of them: what is said for a pattern and a host is one number, a bit for each operation
and permission, and a prefix knows what the prefixes of it say.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from clusters.authorizer.hosts import ANY_HOST
from clusters.authorizer.networks import NO_NETWORKS, Networks
from clusters.authorizer.patterns import WILDCARD, Pattern

PREFIXED = "PREFIXED"
ALL_NAMES = (PREFIXED, "")  # says what the wildcard says
Key = tuple[str, str]  # a pattern's type and name


class OwnedAcls:
    """What a principal's ACLs say, by pattern and host."""

    def __init__(self, *, networks: bool) -> None:
        self.takes_networks = networks
        self.hosts: dict[Key, dict[str, int]] = defaultdict(dict)
        self._networks: dict[Key, Networks] = {}

    @cached_property
    def naming_hosts(self) -> set[Key]:
        """The patterns for which something is said that does not hold for any host."""
        return {key for key, hosts in self.hosts.items() if len(hosts) > 1 or ANY_HOST not in hosts}

    def networks(self, key: Key) -> Networks:
        if not self.takes_networks or key not in self.naming_hosts:
            return NO_NETWORKS
        if key not in self._networks:
            self._networks[key] = Networks(self.hosts[key])
        return self._networks[key]

    @cached_property
    def literal_types(self) -> list[str]:
        """The types of patterns that are no prefixes: LITERAL, and what Kafka may have one day."""
        return sorted({kind for kind, _ in self.hosts if kind != PREFIXED})

    @cached_property
    def prefixes(self) -> list[str]:
        return sorted(name for kind, name in self.hosts if kind == PREFIXED)

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
            masks.append(self.hosts[PREFIXED, name].get(ANY_HOST, 0) | (masks[parent] if parent >= 0 else 0))
        return masks

    @cached_property
    def with_hosts(self) -> list[tuple[Key, ...]]:
        """For each prefix, those among it and the prefixes of it that name hosts."""
        keys = list[tuple[Key, ...]]()
        for name, parent in zip(self.prefixes, self.parents, strict=True):
            inherited = keys[parent] if parent >= 0 else ()
            keys.append((*inherited, (PREFIXED, name)) if (PREFIXED, name) in self.naming_hosts else inherited)
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
            if not pattern.is_prefix and (kind, pattern.name) in self.hosts:
                yield kind, pattern.name
            if (kind, WILDCARD) in self.hosts and not pattern.name.startswith(WILDCARD):
                yield kind, WILDCARD

    def covering(self, pattern: Pattern) -> Iterator[Key]:
        """Yield what covers all resources of a pattern."""
        number = self.longest(pattern.name)
        while number >= 0:
            yield PREFIXED, self.prefixes[number]
            number = self.parents[number]
        yield from self.literals(pattern)

    def wider(self, pattern: Pattern, own: Key | None = None) -> tuple[int, list[Key]]:
        """Return what is said for any host by what covers a pattern, but for ``own``, and what of it names hosts."""
        number = self.longest(pattern.name)
        if number >= 0 and own == (PREFIXED, self.prefixes[number]):
            number = self.parents[number]
        mask, keys = (self.for_any_host[number], [*self.with_hosts[number]]) if number >= 0 else (0, [])
        for key in self.literals(pattern):
            if key != own:
                mask |= self.hosts[key].get(ANY_HOST, 0)
                keys += [key] if key in self.naming_hosts else []
        return mask, keys

    def has_twins(self, key: Key) -> bool:
        """Tell whether another pattern may cover just the same, or two of its hosts be one."""
        is_twin = ALL_NAMES in self.hosts and (key == ALL_NAMES or key[1] == WILDCARD)
        is_spelled_twice = key in self.naming_hosts and self.networks(key).has_spellings
        return is_twin or is_spelled_twice or len(self.literal_types) > 1
