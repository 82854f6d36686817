"""The cluster as a whole: who is in it, what we may do to it, which version it runs."""

import re
from dataclasses import dataclass, field

from confluent_kafka.admin import AdminClient

from clusters.gateway import clients
from clusters.gateway.connection import Connection
from clusters.gateway.errors import KafkaFailure

TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Broker:
    """A live broker, at the address that it advertises."""

    id: int
    host: str
    port: int
    rack: str | None = None


@dataclass(frozen=True, slots=True)
class ClusterDescription:
    """Who is in the cluster. ``authorized_operations`` is None when the brokers did not tell."""

    cluster_id: str
    controller_id: int | None
    brokers: tuple[Broker, ...]
    authorized_operations: frozenset[str] | None = field(default=None)


def describe(connection: Connection, *, timeout: float = TIMEOUT) -> ClusterDescription:
    """Describe the cluster.

    Raises:
        KafkaFailure: with the cause.
    """
    admin = clients.admin(connection)
    future = admin.client.describe_cluster(include_authorized_operations=True, request_timeout=timeout)
    found = clients.result(admin, future, timeout + 0.5)
    brokers = [Broker(node.id, node.host, node.port, node.rack) for node in found.nodes]
    operations = found.authorized_operations
    return ClusterDescription(
        cluster_id=found.cluster_id or "",
        controller_id=found.controller.id if found.controller else None,
        brokers=tuple(sorted(brokers, key=lambda broker: broker.id)),
        authorized_operations=None if operations is None else frozenset(one.name for one in operations),
    )


def reach(connection: Connection, *, timeout: float = TIMEOUT) -> tuple[str, ...]:
    """Make sure that the cluster answers at all, so that its silence has a named cause.

    Returns:
        The addresses of the live brokers, as they advertise them.

    Raises:
        KafkaFailure: with the cause.
    """

    def metadata(client: AdminClient) -> tuple[str, ...]:
        brokers = client.list_topics(topic="__consumer_offsets", timeout=timeout).brokers.values()
        return tuple(f"{broker.host}:{broker.port}" for broker in brokers)

    return clients.call(connection, metadata)


def version(connection: Connection) -> str | None:
    """Return Kafka's version as far as the cluster tells it: ``4.1``, ``3.4``.

    KRaft clusters finalize a metadata.version (``4.1-IV1``); ZooKeeper ones have inter.broker.protocol.version. Both
    are lower bounds: brokers may run newer code than their cluster is set to.
    """
    try:
        features = clients.ask(connection, lambda client: client.describe_features())
    except KafkaFailure:
        features = {}
    level = finalized_metadata_version(features)
    return METADATA_VERSIONS.get(level) if level else from_configs(connection)


def finalized_metadata_version(features: object) -> int | None:
    """Return the finalized level of metadata.version, or None on clusters that have none."""
    found = features.get("metadata.version", {}) if isinstance(features, dict) else {}
    finalized = found.get("finalized")
    return int(finalized[1]) if finalized else None


def controller(connection: Connection, *, timeout: float = TIMEOUT) -> int | None:
    """Return the active controller's id.

    A KRaft broker names any broker as controller in its metadata, so the quorum's leader is asked for; clusters with
    ZooKeeper have no quorum, and their metadata tells the truth.
    """
    try:
        quorum = clients.ask(connection, lambda client: client.describe_metadata_quorum())
    except KafkaFailure:
        return describe(connection, timeout=timeout).controller_id
    leader = quorum.get("leader_id")
    if leader is None and quorum.get("topics"):
        leader = quorum["topics"][0]["partitions"][0]["leader_id"]
    return leader if leader is not None and leader >= 0 else None


def from_configs(connection: Connection) -> str | None:
    """Return the version that a broker's inter.broker.protocol.version names (``3.4-IV0`` is 3.4)."""
    from clusters.gateway import brokers

    first = describe(connection).brokers[:1]
    if not first:
        return None
    entries = brokers.configs(connection, first[0].id)
    value = next((entry.value for entry in entries if entry.name == "inter.broker.protocol.version"), None)
    return re.sub(r"-IV\d+$", "", value) if value else None


# Level of metadata.version to release (org.apache.kafka.server.common.MetadataVersion).
METADATA_VERSIONS = {
    **dict.fromkeys(range(1, 5), "3.3"),
    **dict.fromkeys(range(5, 9), "3.4"),
    **dict.fromkeys(range(9, 12), "3.5"),
    **dict.fromkeys(range(12, 15), "3.6"),
    **dict.fromkeys(range(15, 20), "3.7"),
    20: "3.8",
    21: "3.9",
    **dict.fromkeys(range(22, 26), "4.0"),
    **dict.fromkeys(range(26, 28), "4.1"),
    **dict.fromkeys(range(28, 31), "4.2"),
}
