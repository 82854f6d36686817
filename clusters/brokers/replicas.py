"""The largest replicas of a broker, and whether it leads each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure

SHOWN = 20


@dataclass(frozen=True)
class Replica:
    """A replica and its size in bytes. ``leads`` and ``in_sync`` are None where unknown."""

    topic: str
    partition: int
    size: int
    leads: bool | None = None
    in_sync: bool | None = None


def largest(
    connection: Connection, broker: int, sizes: Mapping[tuple[str, int], int], can_see_topic: Callable[[str], bool]
) -> list[Replica]:
    """Return a broker's largest replicas of visible topics; their leaders cost one request."""
    visible = sorted(
        (item for item in sizes.items() if can_see_topic(item[0][0])), key=lambda item: (-item[1], item[0])
    )
    rows = visible[:SHOWN]
    try:
        descriptions = topics.describe_present(connection, sorted({topic for (topic, _), _ in rows}))
    except KafkaFailure:
        descriptions = {}
    partitions = {
        (name, partition.id): partition for name, topic in descriptions.items() for partition in topic.partitions
    }
    return [
        Replica(topic, number, size, partition.leader == broker, broker in partition.isr)
        if (partition := partitions.get((topic, number)))
        else Replica(topic, number, size)
        for (topic, number), size in rows
    ]
