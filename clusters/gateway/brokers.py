"""Brokers one by one: what their log directories hold, and their configs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka.admin import ResourceType

from clusters.gateway import configs as _configs
from clusters.gateway import raw
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure, Partial

TIMEOUT = 4.0


@dataclass(frozen=True, slots=True)
class LogDir:
    """A log directory. ``error`` is empty while it is online; bytes are None before Kafka 3.3 (KIP-827)."""

    path: str
    error: str
    total_bytes: int | None
    usable_bytes: int | None


@dataclass(frozen=True, slots=True)
class BrokerLogDirs:
    """A broker's log directories, and the bytes of each replica that it holds."""

    broker_id: int
    dirs: tuple[LogDir, ...]
    sizes: Mapping[tuple[str, int], int] = field(default_factory=dict)


def known_bytes(value: int | None) -> int | None:
    """Return a number of bytes, or None for Kafka's -1."""
    return None if value is None or value < 0 else value


def of_broker(broker_id: int, results: Iterable[Any]) -> BrokerLogDirs:
    """Return a broker's part from its response."""
    from kafka.errors import for_code

    dirs, sizes = [], {}
    for one in results:
        error = "" if one.error_code == 0 else for_code(one.error_code).__name__
        total, usable = getattr(one, "total_bytes", None), getattr(one, "usable_bytes", None)
        dirs.append(LogDir(one.log_dir, error, known_bytes(total), known_bytes(usable)))
        for topic in one.topics:
            for partition in topic.partitions:
                if not partition.is_future_key:
                    sizes[(topic.name, partition.partition_index)] = partition.partition_size
    return BrokerLogDirs(broker_id, tuple(dirs), sizes)


def log_dirs(
    connection: Connection,
    broker_ids: Iterable[int],
    *,
    topics: Mapping[str, Collection[int]] | None = None,
    timeout: float = TIMEOUT,
) -> Partial[BrokerLogDirs]:
    """Ask each broker for its log directories, one request a broker.

    Args:
        connection: the cluster.
        broker_ids: whom to ask.
        topics: only these partitions of these topics; all when None.
        timeout: seconds for each broker.
    """
    from kafka.protocol.admin import DescribeLogDirsRequest

    wanted = None
    if topics is not None:
        kind = DescribeLogDirsRequest.DescribableLogDirTopic
        wanted = [kind(topic=name, partitions=list(numbers)) for name, numbers in topics.items()]
    items, failures = [], []
    for broker_id in broker_ids:
        try:
            answer = raw.send(connection, DescribeLogDirsRequest(topics=wanted), broker_id, timeout=timeout)
        except KafkaFailure as failure:
            failures.append(Failure(f"log directories of broker {broker_id}", failure.sentence))
        else:
            items.append(of_broker(broker_id, answer.results))
    return Partial(tuple(items), tuple(failures))


def configs(connection: Connection, broker_id: int, *, timeout: float = 5.0) -> tuple[ConfigEntry, ...]:
    """Return all configs of a broker.

    Raises:
        KafkaFailure: with the cause.
    """
    return _configs.describe(connection, ResourceType.BROKER, str(broker_id), timeout)
