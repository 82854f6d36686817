"""Moving replicas between the log directories of a broker (KIP-113), which the broker does in the background."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kafka.protocol.admin import AlterReplicaLogDirsRequest, DescribeLogDirsRequest

from clusters.gateway.brokers import LogDir, log_dir, of_broker
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, failed_code
from clusters.gateway.offsets import Key, OfPartition
from clusters.gateway.reassigning.partitions import by_topic

TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Placed(OfPartition):
    """A replica in a directory, and the directory that it is being moved to with what is there of it already."""

    size: int
    path: str
    future_path: str = ""
    future_size: int = 0

    @property
    def percent(self) -> int:
        """The share that is copied; 100 only once the broker has changed over."""
        return min(99, self.future_size * 100 // self.size) if self.size else 0


@dataclass(frozen=True, slots=True)
class Directories:
    """The directories of a broker, and where its replicas are in them."""

    dirs: tuple[LogDir, ...]
    replicas: tuple[Placed, ...]


def read(connection: Connection, broker: int, *, timeout: float = TIMEOUT) -> Directories:
    """Ask a broker for its directories and its replicas.

    Raises:
        KafkaFailure: with the cause.
    """
    response = protocol.send(connection, DescribeLogDirsRequest(topics=None), broker, timeout=timeout)
    of_broker(broker, response)
    current: dict[Key, tuple[str, int]] = {}
    future: dict[Key, tuple[str, int]] = {}
    for result in response.results:
        for topic in result.topics:
            for partition in topic.partitions:
                placed = future if partition.is_future_key else current
                placed[topic.name, partition.partition_index] = result.log_dir, partition.partition_size
    replicas = tuple(
        Placed(*key, size, path, *future.get(key, ("", 0))) for key, (path, size) in sorted(current.items())
    )
    return Directories(tuple(log_dir(result) for result in response.results), replicas)


def move(
    connection: Connection, broker: int, path: str, keys: Collection[Key], *, timeout: float = TIMEOUT
) -> dict[Key, KafkaFailure]:
    """Have a broker begin to move replicas to one of its directories; to where they are, cancels a move.

    Returns:
        The partitions that it refused, each with the cause.

    Raises:
        KafkaFailure: with the cause.
    """
    dir_class = AlterReplicaLogDirsRequest.AlterReplicaLogDir
    topics = [
        dir_class.AlterReplicaLogDirTopic(name=name, partitions=numbers) for name, numbers in by_topic(keys).items()
    ]
    request = AlterReplicaLogDirsRequest(dirs=[dir_class(path=path, topics=topics)])
    return refused(protocol.send(connection, request, broker, timeout=timeout))


def refused(response: Any) -> dict[Key, KafkaFailure]:
    return {
        (topic.topic_name, item.partition_index): failed_code(
            item.error_code, subject=f"{topic.topic_name}-{item.partition_index}"
        )
        for topic in response.results
        for item in topic.partitions
        if item.error_code
    }
