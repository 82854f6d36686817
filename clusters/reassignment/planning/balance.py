"""How evenly brokers are loaded, before and after a plan. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from clusters.reassignment.planning.layout import Layout, Move, moved

WIDTH = 100  # of a bar in the picture
ORDER = ("replicas", "bytes", "leaders")  # of the fields of ``Load`` and ``Skew``
NAMES = ("bytes", "replicas", "leaders")


@dataclass(frozen=True)
class Load:
    """A broker's replicas, their known bytes, and the partitions that it is the preferred leader of."""

    replicas: int = 0
    bytes: int = 0
    leaders: int = 0


@dataclass(frozen=True)
class Skew:
    """The largest load as a multiple of the mean, 1 where all are equal; None where there is nothing."""

    replicas: float | None
    bytes: float | None
    leaders: float | None


@dataclass(frozen=True)
class Measure:
    """One load of a broker before and after a plan, with its bars: percentages of the largest of all."""

    name: str
    before: int
    after: int
    width_before: float
    width_after: float


@dataclass(frozen=True)
class BrokerBalance:
    """One broker before and after a plan; ``largest`` are the largest loads of all."""

    broker: int
    rack: str | None
    online: bool
    before: Load
    after: Load
    largest: Load

    @property
    def measures(self) -> list[Measure]:
        pairs = [(name, getattr(self.before, name), getattr(self.after, name)) for name in NAMES]
        return [
            Measure(name, before, after, share(before, top), share(after, top))
            for name, before, after in pairs
            for top in [getattr(self.largest, name)]
        ]


def share(value: int, top: int) -> float:
    return round(WIDTH * value / top, 1) if top else 0.0


def loads(layout: Layout) -> dict[int, Load]:
    """Return the load of every broker that is online or has replicas."""
    replicas, sizes, leaders = Counter[int](), Counter[int](), Counter[int]()
    for partition in layout.partitions:
        for broker in partition.replicas:
            replicas[broker] += 1
            sizes[broker] += partition.size or 0
        if partition.replicas:
            leaders[partition.replicas[0]] += 1
    ids = sorted({*layout.racks, *replicas})
    return {broker: Load(replicas[broker], sizes[broker], leaders[broker]) for broker in ids}


def skew(by_broker: Mapping[int, Load], brokers: Collection[int]) -> Skew:
    """Return how uneven the loads of some brokers are."""
    chosen = [by_broker.get(broker, Load()) for broker in brokers]
    return Skew(*(over_mean([getattr(load, name) for load in chosen]) for name in ORDER))


def over_mean(values: list[int]) -> float | None:
    total = sum(values)
    return round(max(values) * len(values) / total, 3) if total else None


@dataclass(frozen=True)
class Balance:
    """The brokers before and after a plan, and how uneven those that are to have replicas are."""

    brokers: tuple[BrokerBalance, ...]
    before: Skew
    after: Skew


def balance(layout: Layout, moves: list[Move], emptied: Collection[int] = ()) -> Balance:
    """Return the balance before and after moves; brokers that are emptied do not count in what is even."""
    before, after = loads(layout), loads(moved(layout, moves))
    every = [*before.values(), *after.values()]
    largest = Load(*(max((getattr(load, name) for load in every), default=0)
                     for name in ORDER))  # fmt: skip
    rows = tuple(
        BrokerBalance(
            broker, layout.racks.get(broker), broker in layout.racks, before.get(broker, Load()),
            after.get(broker, Load()), largest,
        )
        for broker in sorted({*before, *after})
    )  # fmt: skip
    kept = [broker for broker in layout.racks if broker not in emptied]
    return Balance(rows, skew(before, kept), skew(after, kept))
