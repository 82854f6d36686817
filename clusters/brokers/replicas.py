"""The largest replicas of a broker, and what it is to each: their leader, or a follower."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure

SHOWN = 20


@dataclass(frozen=True)
class Replica:
    """A replica with its bytes. ``leads`` and ``in_sync`` are None where no broker told."""

    topic: str
    partition: int
    size: int
    leads: bool | None = None
    in_sync: bool | None = None


def largest(
    connection: Connection, broker: int, sizes: Mapping[tuple[str, int], int], shown: Callable[[str], bool]
) -> list[Replica]:
    """Return a broker's largest replicas of the topics that are shown; one request tells of their leaders."""
    mine = sorted((found for found in sizes.items() if shown(found[0][0])), key=lambda found: (-found[1], found[0]))
    rows = mine[:SHOWN]
    try:
        told = topics.describe_present(connection, sorted({topic for (topic, _), _ in rows}))
    except KafkaFailure:
        told = {}
    partitions = {(name, one.id): one for name, topic in told.items() for one in topic.partitions}
    return [
        Replica(topic, number, size, found.leader == broker, broker in found.isr)
        if (found := partitions.get((topic, number)))
        else Replica(topic, number, size)
        for (topic, number), size in rows
    ]
