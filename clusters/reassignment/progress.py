"""How much is left to copy of what is being moved, and how long that takes. Pure; unknown is None."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clusters.gateway.offsets import Key
from clusters.gateway.reassigning.partitions import OngoingReassignment
from clusters.reassignment.planning.layout import Move

Sizes = Mapping[int, Mapping[Key, int]]  # of the replicas of each broker that answered


@dataclass(frozen=True)
class Copying:
    """Bytes that new replicas still have to copy, and those that they will have."""

    left: int | None
    total: int | None

    @property
    def percent(self) -> int | None:
        """The share that is copied; 100 only where nothing is left."""
        if self.left is None or not self.total:
            return None
        return min(99 if self.left else 100, (self.total - self.left) * 100 // self.total)


def copying_of(item: OngoingReassignment, sizes: Sizes) -> Copying:
    """Return how far a partition is: its new replicas beside the largest of the others."""
    of_origin = [sizes[broker].get(item.key) for broker in item.origin if broker in sizes]
    full = max((size for size in of_origin if size is not None), default=None)
    if full is None or any(broker not in sizes for broker in item.adding):
        return Copying(None, None if full is None else full * len(item.adding))
    left = sum(max(0, full - sizes[broker].get(item.key, 0)) for broker in item.adding)
    return Copying(left, full * len(item.adding))


def sum_known(values: Iterable[int | None]) -> tuple[int, int]:
    """Return the sum of what is known, and how many are not."""
    values = list(values)
    return sum(value for value in values if value is not None), sum(value is None for value in values)


def seconds_at(moves: Sequence[Move], rate: int | None) -> float | None:
    """Return how long moves take where every broker sends and receives at most so many bytes per second.

    A leader sends to all new replicas; which of the old ones leads is not known here, so the first is assumed to.
    """
    if not rate:
        return None
    sent: dict[int, int] = {}
    received: dict[int, int] = {}
    for move in moves:
        for broker in move.added:
            received[broker] = received.get(broker, 0) + (move.size or 0)
            sent[move.old[0]] = sent.get(move.old[0], 0) + (move.size or 0)
    return max([*sent.values(), *received.values()], default=0) / rate
