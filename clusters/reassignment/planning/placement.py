"""A layout while it is being planned: replicas by partition, loads by broker, and what a move may do. Pure."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable

from clusters.reassignment.planning.layout import Layout, Move

Held = tuple[int, int]  # a replica on a broker: its size and its partition's index


class Placement:
    """Partitions are indexes in the order of their names, so that a plan depends on nothing but the layout."""

    def __init__(self, layout: Layout) -> None:
        self.partitions = sorted(layout.partitions, key=lambda partition: partition.key)
        self.online = sorted(layout.racks)
        self.replicas = [list(partition.replicas) for partition in self.partitions]
        self.sizes = [partition.size or 0 for partition in self.partitions]
        ids = {*self.online, *(broker for replicas in self.replicas for broker in replicas)}
        # A broker without a rack, or one that is offline, is in a rack of its own.
        self.racks: dict[int, str | int] = {broker: layout.racks.get(broker) or broker for broker in sorted(ids)}
        self.bytes, self.counts, self.leaders = dict.fromkeys(ids, 0), dict.fromkeys(ids, 0), dict.fromkeys(ids, 0)
        self.held: dict[int, list[Held]] = {broker: [] for broker in ids}
        for index, replicas in enumerate(self.replicas):
            for broker in replicas:
                self.bytes[broker] += self.sizes[index]
                self.counts[broker] += 1
                self.held[broker].append((self.sizes[index], index))
            if replicas:
                self.leaders[replicas[0]] += 1
        for held in self.held.values():
            held.sort()

    def replace(self, index: int, source: int, target: int) -> None:
        """Move a replica from one broker to another, which takes its place in the order."""
        replicas = self.replicas[index]
        if replicas[0] == source:
            self.leaders[source] -= 1
            self.leaders[target] += 1
        replicas[replicas.index(source)] = target
        self._drop(index, source)
        self._hold(index, target)

    def add(self, index: int, target: int) -> None:
        self.replicas[index].append(target)
        self._hold(index, target)

    def remove(self, index: int, source: int) -> None:
        """Give a replica up; the next one in the order leads if it was the first."""
        replicas = self.replicas[index]
        if replicas[0] == source:
            self.leaders[source] -= 1
            self.leaders[replicas[1]] += 1
        replicas.remove(source)
        self._drop(index, source)

    def lead(self, index: int, leader: int) -> None:
        """Make one of the replicas the first."""
        replicas = self.replicas[index]
        self.leaders[replicas[0]] -= 1
        self.leaders[leader] += 1
        replicas.remove(leader)
        replicas.insert(0, leader)

    def spreads(self, index: int, source: int, target: int) -> bool:
        """Tell whether a move to a broker is possible, and leaves the replicas in no fewer racks."""
        replicas = self.replicas[index]
        if target in replicas:
            return False
        racks = [self.racks[broker] for broker in replicas if broker != source]
        return self.racks[target] not in racks or self.racks[source] in racks

    def best_target(self, index: int, targets: Iterable[int], source: int | None = None) -> int | None:
        """Return the broker for a replica: in a rack that has none if possible, then the least loaded."""
        replicas = self.replicas[index]
        racks = {self.racks[broker] for broker in replicas if broker != source}
        total_bytes, total_count = sum(self.bytes.values()) or 1, sum(self.counts.values()) or 1
        return min(
            (target for target in targets if target not in replicas),
            key=lambda target: (
                self.racks[target] in racks,
                self.bytes[target] / total_bytes + self.counts[target] / total_count,
                target,
            ),
            default=None,
        )

    def crowded(self, index: int, targets: Collection[int]) -> bool:
        """Tell whether the replicas could be in more racks than they are."""
        replicas = self.replicas[index]
        possible = min(len(replicas), len({self.racks[target] for target in targets}))
        return len({self.racks[broker] for broker in replicas}) < possible

    def moves(self) -> list[Move]:
        """Return what differs from the layout."""
        return [
            Move(partition.topic, partition.number, partition.replicas, tuple(replicas), partition.size)
            for partition, replicas in zip(self.partitions, self.replicas, strict=True)
            if tuple(replicas) != partition.replicas
        ]

    def _hold(self, index: int, broker: int) -> None:
        size = self.sizes[index]
        self.bytes[broker] += size
        self.counts[broker] += 1
        insort(self.held[broker], (size, index))

    def _drop(self, index: int, broker: int) -> None:
        size, held = self.sizes[index], self.held[broker]
        self.bytes[broker] -= size
        self.counts[broker] -= 1
        del held[bisect_left(held, (size, index))]
