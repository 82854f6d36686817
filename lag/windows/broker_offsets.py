"""The end offsets of a cluster's partitions: the newest and a short history. All shards of a cluster share it."""

from array import array
from collections.abc import Iterator

from lag.types import Int64s


class BrokerOffsets:
    """Remembers the last ``intervals`` end offsets of every partition; an unchanged one counts again."""

    __slots__ = ("_intervals", "_topics", "epoch")

    def __init__(self, intervals: int) -> None:
        self._intervals = intervals
        self._topics: dict[str, list[Int64s]] = {}
        self.epoch = 0
        """Rises whenever a ring is removed or replaced."""

    def add(self, topic: str, partition: int, partition_count: int, offset: int) -> None:
        """Remember an end offset. A topic's list of partitions grows with the count and never shrinks.

        Raises ValueError for a partition below zero.
        """
        if partition < 0:
            raise ValueError(f"{topic} has no partition {partition}")
        rings = self._topics.setdefault(topic, [])
        rings.extend(array("q") for _ in range(len(rings), max(partition_count, partition + 1)))
        ring = rings[partition]
        ring.append(offset)
        if len(ring) > self._intervals:
            del ring[0]

    def newest(self, topic: str, partition: int) -> int | None:
        """Return the newest end offset; None for a partition that never answered."""
        ring = self.ring(topic, partition)
        return ring[-1] if ring else None

    def ring(self, topic: str, partition: int) -> Int64s | None:
        """Return the list in which a partition's end offsets are kept, oldest first; None for an unknown partition."""
        rings = self._topics.get(topic)
        return rings[partition] if rings is not None and 0 <= partition < len(rings) else None

    def history(self, topic: str, partition: int) -> tuple[int, ...]:
        """Return the remembered end offsets, oldest first; none for an unknown partition."""
        rings = self._topics.get(topic, ())
        return tuple(rings[partition]) if 0 <= partition < len(rings) else ()

    def histories(self, topic: str) -> list[tuple[int, ...]]:
        """Return the remembered end offsets by partition, oldest first; nothing for an unknown topic."""
        return [tuple(ring) for ring in self._topics.get(topic, ())]

    def partition_count(self, topic: str) -> int:
        """Return how many partitions the topic is known to have; 0 for an unknown topic."""
        return len(self._topics.get(topic, ()))

    def topics(self) -> list[str]:
        return sorted(self._topics)

    def end_offsets(self, topic: str) -> list[int | None] | None:
        """Return the newest end offset of each partition, None where unknown; None for an unknown topic."""
        rings = self._topics.get(topic)
        return None if rings is None else [ring[-1] if ring else None for ring in rings]

    def delete_topic(self, topic: str) -> None:
        """Forget a deleted topic; an unknown one is no error."""
        self.epoch += 1
        self._topics.pop(topic, None)

    def rings_of(self, topic: str) -> list[Int64s]:
        """Return a known topic's histories by partition, to save them."""
        return self._topics[topic]

    def rings(self) -> Iterator[tuple[str, list[Int64s]]]:
        """Yield all topics and their histories, to save them."""
        yield from self._topics.items()

    def restore(self, topic: str, rings: list[Int64s]) -> None:
        """Put a saved topic back, keeping only the newest offsets if the limit is lower now."""
        self.epoch += 1
        self._topics[topic] = [ring[-self._intervals :] for ring in rings]
