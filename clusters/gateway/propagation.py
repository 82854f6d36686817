"""Waiting until every broker tells of a change, so that whoever made it finds it on the next page.

A controller answers when the change is decided; each broker learns of it some moments later (KRaft: by reading the
metadata log, ZooKeeper: by the controller's requests), and any of them may be asked for the next page.
"""

import time
from collections.abc import Callable, Collection
from typing import Any

from kafka.protocol.metadata import MetadataRequest

from clusters.gateway.clients import pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure

PATIENCE = 2.0  # seconds: a broker that is later than that is in trouble, which its own page says
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
    """Ask brokers the same again until each that answers tells the change; return whether all did in ``timeout``.

    Args:
        connection: the cluster.
        request: what to ask.
        told: tells whether a broker's response shows the change.
        brokers: whom to ask; all that are known when None. One that cannot be reached is waited for no longer.
        timeout: seconds.
    """
    deadline = time.monotonic() + timeout
    try:
        waiting = set(known_brokers(connection) if brokers is None else brokers)
        while waiting and time.monotonic() < deadline:
            waiting = lagging_brokers(connection, request, is_applied, sorted(waiting), deadline - time.monotonic())
            time.sleep(PAUSE if waiting else 0)
    except KafkaFailure:
        return False  # the change itself is done; not to see it at once is no failure of it
    return not waiting


def known_brokers(connection: Connection) -> set[int]:
    """Return the brokers of the cluster."""
    return {broker.node_id for broker in pool.kafka_python(connection)._manager.cluster.brokers()}


def lagging_brokers(
    connection: Connection, request: Any, is_applied: Callable[[Any], bool], brokers: list[int], timeout: float
) -> set[int]:
    """Return the brokers that answer, and do not tell the change yet."""
    responses = protocol.send_all(connection, [(broker, request) for broker in brokers], timeout=timeout)
    pairs = zip(brokers, responses, strict=True)
    return {broker for broker, response in pairs if not isinstance(response, KafkaFailure) and not is_applied(response)}


def await_topic(connection: Connection, name: str, partitions: int, *, timeout: float = PATIENCE) -> bool:
    """Wait until every broker knows that many partitions of a topic; 0 until none knows the topic."""

    def is_applied(response: Any) -> bool:
        (metadata,) = response.topics
        if metadata.error_code == NOT_ALLOWED:
            return True  # whoever may not see it waits for nothing
        if not partitions:
            return bool(metadata.error_code == UNKNOWN_TOPIC)
        return not metadata.error_code and len(metadata.partitions) >= partitions

    topic = MetadataRequest.MetadataRequestTopic(name=name)
    request = MetadataRequest(topics=[topic], allow_auto_topic_creation=False, min_version=4)
    return await_brokers(connection, request, is_applied, timeout=timeout)
