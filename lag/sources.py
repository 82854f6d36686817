"""Which partition of ``__consumer_offsets`` a group's commits are in, as Kafka's coordinator decides it. Pure."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Sources:
    """The offsets topic's number of partitions; 0 where it is not known or not there yet."""

    count: int

    def of(self, group: str) -> int:
        """Return the group's partition; 0 where the topic is not known."""
        return (java_hash(group) & 0x7FFFFFFF) % self.count if self.count else 0


@lru_cache(maxsize=16_384)
def java_hash(text: str) -> int:
    """Return Java's ``String.hashCode``, as 32 bits without sign."""
    units = text.encode("utf-16-be", "surrogatepass")
    value = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (value * 31 + (high << 8 | low)) & 0xFFFFFFFF
    return value
