"""The controllers of a KRaft cluster (KIP-595, KIP-836), its feature levels (KIP-584), and brokers that are registered.

Clusters with ZooKeeper have none of these.
"""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kafka.protocol.admin import DescribeClusterRequest

from clusters.gateway import cluster
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Unsupported

TIMEOUT = 5.0
BROKERS = 1  # of the types of endpoints
UNKNOWN = -1  # what Kafka says for a time, a leader or an epoch that it does not know


@dataclass(frozen=True, slots=True)
class MetadataReplica:
    """A node that has the metadata log. Times are in ms since 1970; None where they are not known.

    ``address`` is that of a voter's controller listener, and ``listener`` its name; empty before Kafka 3.9.
    """

    node_id: int
    end_offset: int | None
    fetched_at: int | None
    caught_up_at: int | None
    directory_id: str = ""
    address: str = ""
    listener: str = ""


@dataclass(frozen=True, slots=True)
class MetadataQuorum:
    """The controllers, which vote, and the brokers, which only read along."""

    leader: int | None
    epoch: int
    high_watermark: int
    voters: tuple[MetadataReplica, ...]
    observers: tuple[MetadataReplica, ...]


@dataclass(frozen=True, slots=True)
class FeatureLevel:
    """A feature: its level in the cluster, 0 where it is off, and those that the broker asked supports."""

    name: str
    level: int
    lowest: int
    highest: int


def describe(connection: Connection, *, timeout: float = TIMEOUT) -> MetadataQuorum:
    """Return the state of the quorum.

    Raises:
        Unsupported: the cluster has ZooKeeper, or Kafka before 3.3.
        NotAuthorized: our principal may not describe the cluster.
        KafkaFailure: with the cause.
    """
    response = cluster.quorum(connection, timeout=timeout)
    (partition,) = response.topics[0].partitions
    protocol.raise_for_code(partition.error_code)
    nodes = {node.node_id: node for node in getattr(response, "nodes", None) or ()}
    return MetadataQuorum(
        known(partition.leader_id),
        partition.leader_epoch,
        partition.high_watermark,
        tuple(replica(state, nodes.get(state.replica_id)) for state in by_id(partition.current_voters)),
        tuple(replica(state, None) for state in by_id(partition.observers)),
    )


def by_id(states: Any) -> list[Any]:
    return sorted(states, key=lambda state: int(state.replica_id))


def replica(state: Any, node: Any) -> MetadataReplica:
    """Convert the state of a node; ``node`` has the listeners of a voter."""
    return MetadataReplica(
        state.replica_id,
        known(state.log_end_offset),
        known(getattr(state, "last_fetch_timestamp", None)),
        known(getattr(state, "last_caught_up_timestamp", None)),
        directory(getattr(state, "replica_directory_id", None)),
        address_of(node) if node else "",
        node.listeners[0].name if node and node.listeners else "",
    )


def known(value: int | None) -> int | None:
    return None if value in {None, UNKNOWN} else value


def directory(identifier: UUID | None) -> str:
    """Return a directory's id as Kafka writes it; empty where there is none."""
    if identifier is None or not identifier.int:
        return ""
    return base64.urlsafe_b64encode(identifier.bytes).decode().rstrip("=")


def address_of(node: Any) -> str:
    return ", ".join(f"{listener.host}:{listener.port}" for listener in node.listeners)


def feature_levels(connection: Connection, *, timeout: float = TIMEOUT) -> tuple[FeatureLevel, ...]:
    """Return the features that a broker supports, by name, with their levels.

    Raises:
        KafkaFailure: with the cause.
    """
    response = cluster.api_versions(connection, timeout=timeout)
    levels = cluster.finalized(response)
    return tuple(
        FeatureLevel(feature.name, levels.get(feature.name, 0), feature.min_version, feature.max_version)
        for feature in sorted(response.supported_features or (), key=lambda feature: str(feature.name))
    )


def fenced_brokers(connection: Connection, *, timeout: float = TIMEOUT) -> tuple[int, ...] | None:
    """Return the brokers that are registered but away; None where Kafka, before 4.0, does not tell.

    Raises:
        KafkaFailure: with the cause.
    """
    request = DescribeClusterRequest(
        include_cluster_authorized_operations=False, endpoint_type=BROKERS, include_fenced_brokers=True, min_version=2
    )
    try:
        response = protocol.send(connection, request, timeout=timeout)
    except Unsupported:
        return None
    protocol.raise_for_code(response.error_code, response.error_message)
    return tuple(sorted(broker.broker_id for broker in response.brokers if broker.is_fenced))


def unregister(connection: Connection, broker: int, *, timeout: float = TIMEOUT) -> None:
    """Have the controllers forget a broker; one that runs registers anew only when it starts again.

    Raises:
        NotFound: no such broker is registered.
        Unsupported: the cluster has ZooKeeper.
        KafkaFailure: with the cause.
    """
    request = protocol.request_class("UnregisterBrokerRequest")(broker_id=broker)
    response = protocol.send(connection, request, timeout=timeout)
    protocol.raise_for_code(response.error_code, response.error_message, subject=f"broker {broker}")
