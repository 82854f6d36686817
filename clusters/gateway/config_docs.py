"""What brokers say about configs: documentation and type (KIP-569, Kafka 2.6 on)."""

from dataclasses import dataclass

from kafka.protocol.admin import DescribeConfigsRequest

from clusters.gateway.clients import pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import BROKER, TIMEOUT

DOCUMENTED = 3  # the first version of DescribeConfigs that has documentation
# DescribeConfigsResponse.ConfigType (org.apache.kafka.common.requests).
TYPES = dict(enumerate(("BOOLEAN", "STRING", "INT", "SHORT", "LONG", "DOUBLE", "LIST", "CLASS", "PASSWORD"), start=1))


@dataclass(frozen=True, slots=True)
class ConfigDoc:
    """A config's documentation, in HTML as Kafka has it, and its type; empty where the broker has none."""

    text: str
    type: str


def describe(connection: Connection, kind: int, name: str, *, timeout: float = TIMEOUT) -> dict[str, ConfigDoc]:
    """Return the documentation of a resource's configs by their names; of any broker where ``name`` is empty.

    Raises:
        Unsupported: the brokers are too old.
        KafkaFailure: with the cause.
    """
    if kind == BROKER and not name:
        name = str(pool.brokers(connection, timeout=timeout)[0].id)
    request = DescribeConfigsRequest(
        resources=[(kind, name, None)], include_documentation=True, include_synonyms=False, min_version=DOCUMENTED
    )
    response = protocol.send(connection, request, int(name) if kind == BROKER else None, timeout=timeout)
    (result,) = response.results
    protocol.raise_for_code(result.error_code, result.error_message, subject=name)
    return {
        config.name: ConfigDoc(config.documentation or "", TYPES.get(config.config_type, ""))
        for config in result.configs
    }
