"""ACLs: listing all, creating, deleting exactly these."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from clusters.gateway import clients
from clusters.gateway.connection import Connection

TIMEOUT = 5.0
# librdkafka's names where Kafka's own differ.
TO_LIBRARY = {"CLUSTER": "BROKER"}
TO_KAFKA = {library: kafka for kafka, library in TO_LIBRARY.items()}


@dataclass(frozen=True, slots=True, order=True)
class Acl:
    """One access control entry on one resource pattern, in Kafka's own words."""

    principal: str
    host: str
    operation: str
    permission: str
    resource_type: str
    resource_name: str
    pattern_type: str


def from_binding(binding: Any) -> Acl:
    """Return our entry for the library's."""
    kind = binding.restype.name
    return Acl(
        binding.principal,
        binding.host,
        binding.operation.name,
        binding.permission_type.name,
        TO_KAFKA.get(kind, kind),
        binding.name,
        binding.resource_pattern_type.name,
    )


def parts(acl: Acl) -> tuple[Any, ...]:
    """Return an entry's parts as the library's constructors take them."""
    return (
        ResourceType[TO_LIBRARY.get(acl.resource_type, acl.resource_type)],
        acl.resource_name,
        ResourcePatternType[acl.pattern_type],
        acl.principal,
        acl.host,
        AclOperation[acl.operation],
        AclPermissionType[acl.permission],
    )


def list_acls(connection: Connection, *, timeout: float = TIMEOUT) -> tuple[Acl, ...]:
    """Return all ACLs, sorted.

    Raises:
        NotAuthorized: our principal may not describe the cluster's ACLs.
        Unsupported: the brokers have no authorizer.
        KafkaFailure: with the cause.
    """
    everything = AclBindingFilter(
        ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
    )
    admin = clients.admin(connection)
    future = admin.client.describe_acls(everything, request_timeout=timeout)
    return tuple(sorted(from_binding(one) for one in clients.result(admin, future, timeout + 0.5)))


def create(connection: Connection, acls: Iterable[Acl], *, timeout: float = TIMEOUT) -> None:
    """Create entries; one that exists already stays as it is.

    Raises:
        KafkaFailure: for the first entry that was refused.
    """
    admin = clients.admin(connection)
    bindings = {AclBinding(*parts(acl)): acl for acl in acls}
    futures = admin.client.create_acls(list(bindings), request_timeout=timeout)
    for future in futures.values():
        clients.result(admin, future, timeout + 0.5)


def delete(connection: Connection, acls: Iterable[Acl], *, timeout: float = TIMEOUT) -> tuple[Acl, ...]:
    """Delete exactly these entries, and return those that were there.

    Raises:
        KafkaFailure: for the first entry that was refused.
    """
    admin = clients.admin(connection)
    filters = [AclBindingFilter(*parts(acl)) for acl in acls]
    futures = admin.client.delete_acls(filters, request_timeout=timeout)
    gone = [found for future in futures.values() for found in clients.result(admin, future, timeout + 0.5)]
    return tuple(from_binding(one) for one in gone)
