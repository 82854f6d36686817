"""Single brokers: their log directories and their configs."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kafka.protocol.admin import DescribeLogDirsRequest

from clusters.gateway import configs as _configs
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.errors import KafkaFailure, failed_code
from clusters.gateway.result import Failure, Partial

TIMEOUT = 5.0
NOT_ALLOWED = 31  # CLUSTER_AUTHORIZATION_FAILED


@dataclass(frozen=True, slots=True)
class LogDir:
    """A log directory. ``error`` is empty while it is online; bytes are None before Kafka 3.3 (KIP-827)."""

    path: str
    error: str
    total_bytes: int | None
    usable_bytes: int | None


@dataclass(frozen=True, slots=True)
class BrokerLogDirs:
    """A broker's log directories, and the size in bytes of each of its replicas."""

    broker_id: int
    dirs: tuple[LogDir, ...]
    sizes: Mapping[tuple[str, int], int] = field(default_factory=dict)


def log_dir(result: Any) -> LogDir:
    """Convert one directory of a response; Kafka's -1 means unknown."""
    total, usable = (getattr(result, name, None) for name in ("total_bytes", "usable_bytes"))
    return LogDir(
        result.log_dir,
        failed_code(result.error_code).sentence if result.error_code else "",
        None if total is None or total < 0 else total,
        None if usable is None or usable < 0 else usable,
    )


def of_broker(broker_id: int, response: Any) -> BrokerLogDirs:
    """Convert one broker's response.

    Raises:
        NotAuthorized: our principal may not describe the cluster; brokers before 3.2 answer with an empty list instead.
    """
    protocol.raise_for_code(getattr(response, "error_code", 0) or (0 if response.results else NOT_ALLOWED))
    sizes = {
        (topic.name, partition.partition_index): partition.partition_size
        for result in response.results
        for topic in result.topics
        for partition in topic.partitions
        if not partition.is_future_key
    }
    return BrokerLogDirs(broker_id, tuple(log_dir(result) for result in response.results), sizes)


def log_dirs(
    connection: Connection,
    broker_ids: Iterable[int],
    *,
    topics: Mapping[str, Sequence[int]] | None = None,
    timeout: float = TIMEOUT,
) -> Partial[BrokerLogDirs]:
    """Ask brokers for their log directories, all at once.

    Args:
        connection: the cluster.
        broker_ids: the brokers to ask.
        topics: limits the sizes to these topics' partitions; all when None.
        timeout: seconds in total.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    deadline = time.monotonic() + timeout
    ids = list(broker_ids)
    topic_class = DescribeLogDirsRequest.DescribableLogDirTopic
    requested = (
        None
        if topics is None
        else [topic_class(topic=name, partitions=list(partitions)) for name, partitions in topics.items()]
    )
    requests = [(broker, DescribeLogDirsRequest(topics=requested)) for broker in ids]
    items: list[BrokerLogDirs] = []
    failures: list[Failure] = []
    responses = protocol.send_all(connection, requests, timeout=deadline - time.monotonic())
    for broker, response in zip(ids, responses, strict=True):
        try:
            if isinstance(response, KafkaFailure):
                raise response
            items.append(of_broker(broker, response))
        except KafkaFailure as failure:
            failures.append(Failure(f"log directories of broker {broker}", failure.sentence))
    return Partial(tuple(items), tuple(failures))


def configs(connection: Connection, broker_id: int, *, timeout: float = 5.0) -> tuple[ConfigEntry, ...]:
    """Return all configs of a broker, sorted by name.

    Raises:
        KafkaFailure: with the cause.
    """
    return _configs.describe_broker(connection, broker_id, timeout=timeout)
