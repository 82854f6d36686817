"""Maintenance going on or left behind: brokers of different releases, throttles, replicas being moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.protocol.metadata import ApiVersionsRequest

from clusters.gateway import configs
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.cluster import METADATA_VERSIONS
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.reassigning.partitions import list_reassignments

TIMEOUT = 5.0
# What kafka-reassign-partitions sets on brokers, and removes only when called with --verify.
RATES = (
    "leader.replication.throttled.rate",
    "follower.replication.throttled.rate",
    "replica.alter.log.dirs.io.max.bytes.per.second",
)
# What it sets on topics.
THROTTLED = ("leader.replication.throttled.replicas", "follower.replication.throttled.replicas")


@dataclass(frozen=True, slots=True)
class BrokerMaintenance:
    """A broker's release, as far as known, and whether its replication is throttled; None where unknown."""

    release: str
    throttled: bool | None


def describe_brokers(
    connection: Connection, ids: Sequence[int], *, timeout: float = TIMEOUT
) -> dict[int, BrokerMaintenance]:
    """Ask every broker for its release and its throttles, all at once; silent brokers are left out.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    api_versions = ApiVersionsRequest(client_software_name="kafkaadmin", client_software_version="1", min_version=3)
    requests: list[tuple[int | None, Any]] = [(broker_id, api_versions) for broker_id in ids]
    requests += [(broker_id, configs.request(configs.BROKER, [str(broker_id)], RATES)) for broker_id in ids]
    responses = protocol.send_all(connection, requests, timeout=timeout)
    pairs = zip(ids, responses[: len(ids)], responses[len(ids) :], strict=True)
    return {
        broker_id: BrokerMaintenance(release_of(apis), is_broker_throttled(rates))
        for broker_id, apis, rates in pairs
        if not isinstance(apis, KafkaFailure)
    }


def release_of(response: Any) -> str:
    """Return the release that a broker runs: ``4.1``; if unknown, a fingerprint of its protocol versions.

    Brokers report the highest metadata.version that they support (KIP-584), unless they run with ZooKeeper.
    """
    levels = {feature.name: feature.max_version for feature in response.supported_features or ()}
    level = levels.get("metadata.version", 0)
    newest = max(METADATA_VERSIONS)
    if level:
        return METADATA_VERSIONS.get(level) or f"newer than {METADATA_VERSIONS[newest]}"
    return f"protocol {sum(api.api_key * 31 + api.max_version for api in response.api_keys)}"


def is_broker_throttled(response: Any) -> bool | None:
    """Tell whether a rate is set dynamically on the broker itself, or on all of them."""
    if isinstance(response, KafkaFailure) or any(result.error_code for result in response.results):
        return None
    sources = {configs.SOURCES.get(entry.config_source) for result in response.results for entry in result.configs}
    return bool(sources & configs.SET_HERE)


def is_topic_throttled(values: Mapping[str, str | None]) -> bool:
    return any(values.get(name) for name in THROTTLED)


def count_reassigning(connection: Connection, *, timeout: float = TIMEOUT) -> int:
    """Return how many partitions are being reassigned.

    Raises:
        KafkaFailure: with the cause.
    """
    return len(list_reassignments(connection, timeout=timeout))
