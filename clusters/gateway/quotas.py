"""Client quotas (KIP-546, Kafka 2.6): of users, client ids, both, and IP addresses, and their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from clusters.gateway import propagation
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from core.patterns import EVERYTHING

TIMEOUT = 5.0
DEFAULT = ""  # stands for all of a kind that have no quota of their own; Kafka takes no empty name
USER, CLIENT_ID, IP = "user", "client-id", "ip"
EXACT, DEFAULT_NAME = 0, 1  # org.apache.kafka.common.requests.DescribeClientQuotasRequest
Quotas = Mapping[str, float]  # by name: producer_byte_rate and the like


@dataclass(frozen=True, slots=True)
class Entity:
    """Whom a quota limits. A part that it does not have is None; ``DEFAULT`` is everyone who has none of their own."""

    user: str | None = None
    client_id: str | None = None
    ip: str | None = None

    @property
    def parts(self) -> dict[str, str]:
        """Its parts by Kafka's name of their kind."""
        parts = {USER: self.user, CLIENT_ID: self.client_id, IP: self.ip}
        return {kind: name for kind, name in parts.items() if name is not None}

    @property
    def resource(self) -> str:
        """What a grant has to cover: the user, else the client id, else the address; everything for a default."""
        return next(iter(self.parts.values()), DEFAULT) or EVERYTHING


def list_quotas(connection: Connection, *, timeout: float = TIMEOUT) -> dict[Entity, Quotas]:
    """Return all quotas by entity.

    Raises:
        NotAuthorized: our principal may not describe the configs of the cluster.
        KafkaFailure: with the cause.
    """
    request = DescribeClientQuotasRequest(components=[], strict=False)
    return described(protocol.send(connection, request, timeout=timeout))


def describe(connection: Connection, entity: Entity, *, timeout: float = TIMEOUT) -> Quotas:
    """Return the quotas of one entity; empty if it has none.

    Raises:
        NotAuthorized: our principal may not describe the configs of the cluster.
        KafkaFailure: with the cause.
    """
    return described(protocol.send(connection, request_of(entity), timeout=timeout)).get(entity, {})


def request_of(entity: Entity) -> Any:
    component = DescribeClientQuotasRequest.ComponentData
    components = [
        component(entity_type=kind, match_type=DEFAULT_NAME if name == DEFAULT else EXACT, match=name or None)
        for kind, name in entity.parts.items()
    ]
    return DescribeClientQuotasRequest(components=components, strict=True)


def described(response: Any) -> dict[Entity, Quotas]:
    """Return the quotas of a response.

    Raises:
        KafkaFailure: Kafka refused.
    """
    protocol.raise_for_code(response.error_code, response.error_message)
    return {entity_of(entry.entity): {value.key: value.value for value in entry.values} for entry in response.entries}


def entity_of(parts: Any) -> Entity:
    names = {part.entity_type: part.entity_name or DEFAULT for part in parts}
    return Entity(names.get(USER), names.get(CLIENT_ID), names.get(IP))


def alter(
    connection: Connection, entity: Entity, values: Mapping[str, float | None], *, timeout: float = TIMEOUT
) -> None:
    """Set quotas of an entity, or remove those that are None, and wait until all brokers say so.

    Raises:
        KafkaFailure: with the cause.
    """
    entry_class = AlterClientQuotasRequest.EntryData
    operations = [
        entry_class.OpData(key=name, value=value or 0.0, remove=value is None) for name, value in values.items()
    ]
    parts = [entry_class.EntityData(entity_type=kind, entity_name=name or None) for kind, name in entity.parts.items()]
    request = AlterClientQuotasRequest(entries=[entry_class(entity=parts, ops=operations)], validate_only=False)
    response = protocol.send(connection, request, timeout=timeout)
    for entry in response.entries:
        protocol.raise_for_code(entry.error_code, entry.error_message)

    def is_applied(response: Any) -> bool:
        if response.error_code:
            return True
        present = described(response).get(entity, {})
        return all(present.get(name) == value for name, value in values.items())

    propagation.await_brokers(connection, request_of(entity), is_applied)
