"""The cluster as a whole: its brokers, what we may do with it, its version."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka.protocol.admin import DescribeQuorumRequest
from kafka.protocol.metadata import ApiVersionsRequest

from clusters.gateway import configs
from clusters.gateway.clients import pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure

TIMEOUT = 5.0

# From the level of metadata.version to the release (org.apache.kafka.server.common.MetadataVersion).
METADATA_VERSIONS: Mapping[int, str] = {
    1: "3.0",
    2: "3.1",
    3: "3.2",
    **dict.fromkeys(range(4, 8), "3.3"),
    8: "3.4",
    **dict.fromkeys(range(9, 12), "3.5"),
    **dict.fromkeys(range(12, 15), "3.6"),
    **dict.fromkeys(range(15, 20), "3.7"),
    20: "3.8",
    21: "3.9",
    **dict.fromkeys(range(22, 26), "4.0"),
    **dict.fromkeys(range(26, 28), "4.1"),
    **dict.fromkeys(range(28, 30), "4.2"),
    30: "4.3",
    **dict.fromkeys(range(31, 34), "4.4"),
}


@dataclass(frozen=True, slots=True)
class Broker:
    """A live broker with its advertised address."""

    id: int
    host: str
    port: int
    rack: str | None = None


@dataclass(frozen=True, slots=True)
class ClusterDescription:
    """A cluster's brokers and controller. ``authorized_operations`` is None if the brokers did not report them."""

    cluster_id: str
    controller_id: int | None
    brokers: tuple[Broker, ...]
    authorized_operations: frozenset[str] | None = None


def describe(connection: Connection, *, timeout: float = TIMEOUT) -> ClusterDescription:
    """Describe the cluster.

    Raises:
        KafkaFailure: with the cause.
    """
    admin = pool.admin(connection, timeout=timeout)
    future = admin.client.describe_cluster(include_authorized_operations=True, request_timeout=timeout)
    description = pool.result(admin, future, timeout + 0.5)
    brokers = [Broker(node.id, node.host, node.port, node.rack) for node in description.nodes]
    operations = description.authorized_operations
    return ClusterDescription(
        cluster_id=description.cluster_id or "",
        controller_id=description.controller.id if description.controller else None,
        brokers=tuple(sorted(brokers, key=lambda broker: broker.id)),
        authorized_operations=None if operations is None else frozenset(operation.name for operation in operations),
    )


def features(connection: Connection, *, timeout: float = TIMEOUT) -> dict[str, int]:
    """Return the finalized level of each feature (KIP-584): ``metadata.version``, ``share.version``...

    Raises:
        KafkaFailure: with the cause.
    """
    return finalized(api_versions(connection, timeout=timeout))


def api_versions(connection: Connection, *, timeout: float = TIMEOUT) -> Any:
    """Return a broker's response to the request for what it supports.

    Raises:
        KafkaFailure: with the cause.
    """
    response = protocol.send(connection, api_versions_request(), timeout=timeout)
    protocol.raise_for_code(response.error_code)
    return response


def api_versions_request() -> Any:
    return ApiVersionsRequest(client_software_name="kafkaadmin", client_software_version="1", min_version=3)


def finalized(response: Any) -> dict[str, int]:
    return {feature.name: feature.max_version_level for feature in response.finalized_features or ()}


def version(connection: Connection, *, timeout: float = TIMEOUT) -> str | None:
    """Return Kafka's version as far as the cluster reports it: ``4.1``, ``3.4``; None if unknown.

    KRaft clusters finalize a metadata.version (``4.1-IV1``); those with ZooKeeper have inter.broker.protocol.version.
    Both are lower bounds: brokers may run newer code than their cluster is set to.
    """
    deadline = time.monotonic() + timeout
    try:
        level = features(connection, timeout=timeout).get("metadata.version")
        if level:
            return METADATA_VERSIONS.get(level) or f"newer than {METADATA_VERSIONS[max(METADATA_VERSIONS)]}"
        return from_configs(connection, deadline - time.monotonic())
    except KafkaFailure:
        return None


def from_configs(connection: Connection, timeout: float) -> str | None:
    """Return the version from a broker's inter.broker.protocol.version (``3.4-IV0`` is 3.4).

    Raises:
        KafkaFailure: with the cause.
    """
    first = pool.brokers(connection, timeout=timeout)[0]
    key = "inter.broker.protocol.version"
    entries = configs.described(connection, configs.BROKER, str(first.id), timeout, [key])
    value = entries[0].value if entries else None
    return re.sub(r"-IV\d+$", "", value) if value else None


def controller(connection: Connection, *, timeout: float = TIMEOUT) -> int | None:
    """Return the active controller's id.

    KRaft metadata names any broker as controller, so this asks for the quorum's leader instead. Clusters with
    ZooKeeper have no quorum, and their metadata is right.

    Raises:
        KafkaFailure: with the cause.
    """
    deadline = time.monotonic() + timeout
    try:
        response = quorum(connection, timeout=timeout)
    except KafkaFailure:
        return describe(connection, timeout=max(0.5, deadline - time.monotonic())).controller_id
    leader: int = response.topics[0].partitions[0].leader_id
    return leader if leader >= 0 else None


def quorum(connection: Connection, *, timeout: float = TIMEOUT) -> Any:
    """Return the response to the request for the state of KRaft's quorum.

    Raises:
        Unsupported: the cluster has ZooKeeper, or Kafka before 3.3.
        KafkaFailure: with the cause.
    """
    topic_class = DescribeQuorumRequest.TopicData
    log = topic_class(topic_name="__cluster_metadata", partitions=[topic_class.PartitionData(partition_index=0)])
    response = protocol.send(connection, DescribeQuorumRequest(topics=[log]), timeout=timeout)
    protocol.raise_for_code(response.error_code)
    return response
