"""Which versions of Kafka's APIs each broker speaks: they differ while brokers are being upgraded."""

from collections.abc import Mapping
from dataclasses import dataclass

from kafka.protocol.api_key import ApiKey

from clusters.gateway import cluster
from clusters.gateway.clients import pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure, Partial

TIMEOUT = 5.0
Range = tuple[int, int]  # the lowest and the highest version


@dataclass(frozen=True, slots=True)
class BrokerVersions:
    """The versions that a broker speaks of each API, by its name."""

    broker: int
    ranges: Mapping[str, Range]


def describe(connection: Connection, *, timeout: float = TIMEOUT) -> Partial[BrokerVersions]:
    """Ask every broker at once.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    brokers = [broker.id for broker in pool.brokers(connection, timeout=timeout)]
    responses = protocol.send_all(
        connection, [(broker, cluster.api_versions_request()) for broker in brokers], timeout=timeout
    )
    items: list[BrokerVersions] = []
    failures: list[Failure] = []
    for broker, response in zip(brokers, responses, strict=True):
        if isinstance(response, KafkaFailure):
            failures.append(Failure(f"broker {broker}", response.sentence))
        else:
            ranges = {name_of(each.api_key): (each.min_version, each.max_version) for each in response.api_keys}
            items.append(BrokerVersions(broker, ranges))
    return Partial(tuple(items), tuple(failures))


def name_of(key: int) -> str:
    """Return an API's name in Kafka's own spelling; its number where it is newer than kafka-python."""
    try:
        return str(ApiKey(key).name)
    except ValueError:
        return f"API {key}"
