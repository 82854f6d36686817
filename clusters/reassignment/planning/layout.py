"""Where the replicas of partitions are, and what moves. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clusters.gateway.offsets import Key, OfPartition


@dataclass(frozen=True, slots=True)
class PlacedPartition(OfPartition):
    """A partition's replicas, its preferred leader first. ``size`` is that of its largest replica; None if unknown."""

    replicas: tuple[int, ...]
    size: int | None = None


@dataclass(frozen=True)
class Layout:
    """The partitions of a cluster, and the racks of the brokers that are online; None where a broker has none."""

    racks: Mapping[int, str | None]
    partitions: tuple[PlacedPartition, ...]

    @cached_property
    def partition_by_key(self) -> dict[Key, PlacedPartition]:
        return {partition.key: partition for partition in self.partitions}


@dataclass(frozen=True, slots=True)
class Move(OfPartition):
    """A partition's replicas before and after; ``size`` is what each new replica copies, None if unknown."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    size: int | None = None

    @property
    def added(self) -> tuple[int, ...]:
        return tuple(broker for broker in self.new if broker not in self.old)

    @property
    def copied(self) -> int | None:
        """The bytes that go over the network; None if the size is unknown."""
        return 0 if not self.added else None if self.size is None else self.size * len(self.added)

    @property
    def reversed(self) -> "Move":
        return Move(self.topic, self.number, self.new, self.old, self.size)

    def as_json(self) -> list[Any]:
        return [self.topic, self.number, list(self.old), list(self.new), self.size]


def move_from_json(stored: list[Any]) -> Move:
    topic, number, old, new, size = stored
    return Move(topic, number, tuple(old), tuple(new), size)


def moved(layout: Layout, moves: list[Move]) -> Layout:
    """Return where everything is once all moves are done."""
    replicas = {move.key: move.new for move in moves}
    partitions = (
        PlacedPartition(item.topic, item.number, replicas.get(item.key, item.replicas), item.size)
        for item in layout.partitions
    )
    return Layout(layout.racks, tuple(partitions))
