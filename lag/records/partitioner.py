"""Which partition of ``__consumer_offsets`` holds a group's commits, as Kafka's coordinator decides it. Pure."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Partitioner:
    """Assigns groups to partitions of the offsets topic; ``count`` is 0 where the topic is unknown or missing."""

    count: int

    def __bool__(self) -> bool:
        return self.count > 0

    def partition_for(self, group: str) -> int:
        """Return the group's partition; 0 where the topic is not known."""
        return magnitude(java_hash(group)) % self.count if self.count else 0


def magnitude(word: int) -> int:
    """Return Kafka's ``Utils.abs`` of 32 bits read as a signed number; the lowest number becomes 0."""
    return 0 if word == 1 << 31 else min(word, (1 << 32) - word)


@lru_cache(maxsize=16_384)
def java_hash(text: str) -> int:
    """Return Java's ``String.hashCode``, as 32 bits without sign."""
    units = text.encode("utf-16-be", "surrogatepass")
    value = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (value * 31 + (high << 8 | low)) & 0xFFFFFFFF
    return value
