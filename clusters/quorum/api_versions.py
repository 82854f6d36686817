"""The versions of Kafka's APIs that brokers speak, side by side. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from clusters.gateway.kraft.api_versions import BrokerVersions, Range


@dataclass(frozen=True)
class ApiRow:
    """An API, and the versions that each broker speaks; None where it does not have the API."""

    name: str
    ranges: Sequence[Range | None]

    @property
    def differs(self) -> bool:
        return len(set(self.ranges)) > 1

    @property
    def texts(self) -> list[str]:
        return ["–" if each is None else f"{each[0]} to {each[1]}" for each in self.ranges]


def api_rows(brokers: Sequence[BrokerVersions], *, differing: bool) -> list[ApiRow]:
    """Return a row per API, by name; only those in which brokers differ if that is what was asked for."""
    names = sorted({name for broker in brokers for name in broker.ranges})
    rows = [ApiRow(name, [broker.ranges.get(name) for broker in brokers]) for name in names]
    return [row for row in rows if row.differs or not differing]
