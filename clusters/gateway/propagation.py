"""Waiting until every broker reports a change, so that it shows on the next page.

The controller answers once the change is decided; each broker learns of it a moment later (KRaft: by reading the
metadata log, ZooKeeper: from the controller's requests), and the next page may ask any of them.
"""

import time
from collections.abc import Callable, Collection
from typing import Any

from kafka.protocol.metadata import MetadataRequest

from clusters.gateway.clients import pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure

PATIENCE = 2.0  # seconds; a broker that takes longer is unhealthy, which its own page shows
PAUSE = 0.05
UNKNOWN_TOPIC, NOT_ALLOWED = 3, 29


def await_brokers(
    connection: Connection,
    request: Any,
    is_applied: Callable[[Any], bool],
    *,
    brokers: Collection[int] | None = None,
    timeout: float = PATIENCE,
) -> bool:
    """Repeat a request until each broker that answers reports the change; return whether all did in time.

    Args:
        connection: the cluster.
        request: the request to repeat.
        is_applied: tells whether a broker's response shows the change.
        brokers: the brokers to ask; all known ones when None. Unreachable brokers are not waited for.
        timeout: seconds.
    """
    deadline = time.monotonic() + timeout
    try:
        waiting = set(known_brokers(connection) if brokers is None else brokers)
        while waiting and time.monotonic() < deadline:
            waiting = lagging_brokers(connection, request, is_applied, sorted(waiting), deadline - time.monotonic())
            time.sleep(PAUSE if waiting else 0)
    except KafkaFailure:
        return False  # the change itself is done; not seeing it yet is no failure
    return not waiting


def known_brokers(connection: Connection) -> set[int]:
    return {broker.node_id for broker in pool.kafka_python(connection)._manager.cluster.brokers()}


def lagging_brokers(
    connection: Connection, request: Any, is_applied: Callable[[Any], bool], brokers: list[int], timeout: float
) -> set[int]:
    """Return the brokers that answer but do not report the change yet."""
    responses = protocol.send_all(connection, [(broker, request) for broker in brokers], timeout=timeout)
    pairs = zip(brokers, responses, strict=True)
    return {broker for broker, response in pairs if not isinstance(response, KafkaFailure) and not is_applied(response)}


def await_topic(connection: Connection, name: str, partitions: int, *, timeout: float = PATIENCE) -> bool:
    """Wait until every broker knows that many partitions of a topic; 0 waits until none knows the topic."""

    def is_applied(response: Any) -> bool:
        (metadata,) = response.topics
        if metadata.error_code == NOT_ALLOWED:
            return True  # a principal that may not see the topic cannot wait for it
        if not partitions:
            return bool(metadata.error_code == UNKNOWN_TOPIC)
        return not metadata.error_code and len(metadata.partitions) >= partitions

    topic = MetadataRequest.MetadataRequestTopic(name=name)
    request = MetadataRequest(topics=[topic], allow_auto_topic_creation=False, min_version=4)
    return await_brokers(connection, request, is_applied, timeout=timeout)
