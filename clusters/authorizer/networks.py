"""The networks among the hosts of some ACLs (KIP-1276), found by the bits that they fix. Pure."""

from collections.abc import Iterable, Iterator

from clusters.authorizer.hosts import Span, network, span_of


class Networks:
    """Hosts that are networks, in whatever spelling."""

    __slots__ = ("by_span", "lengths")

    def __init__(self, hosts: Iterable[str]) -> None:
        self.by_span: dict[Span, list[str]] = {}
        self.lengths: set[tuple[int, int]] = set()  # their versions and numbers of bits
        for host in hosts:
            span = span_of(host) if network(host) else None
            if span:
                self.by_span.setdefault(span, []).append(host)
                self.lengths.add(span[:2])

    def around(self, host: str) -> Iterator[str]:
        """Yield the networks that a host is in, without the host itself."""
        span = span_of(host) if self.lengths else None
        for version, length in self.lengths if span else ():
            if span and version == span[0] and length <= span[1]:
                names = self.by_span.get((version, length, span[2] >> (span[1] - length)), ())
                yield from (name for name in names if name != host)

    @property
    def has_spellings(self) -> bool:
        """Whether two of them are the same."""
        return any(len(names) > 1 for names in self.by_span.values())


NO_NETWORKS = Networks(())
