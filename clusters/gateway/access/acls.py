"""ACLs: listing all, creating, and deleting exactly the given ones.

Uses the protocol's own numbers, since librdkafka knows neither users nor delegation tokens as resources, nor the
operations on them.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from kafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest

from clusters.gateway import propagation
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection

TIMEOUT = 5.0

# org.apache.kafka.common.{resource.ResourceType, resource.PatternType, acl.AclOperation, acl.AclPermissionType}
ANY = 1
RESOURCES = {2: "TOPIC", 3: "GROUP", 4: "CLUSTER", 5: "TRANSACTIONAL_ID", 6: "DELEGATION_TOKEN", 7: "USER"}
PATTERNS = {3: "LITERAL", 4: "PREFIXED"}
PERMISSIONS = {2: "DENY", 3: "ALLOW"}
OPERATIONS = {
    2: "ALL",
    3: "READ",
    4: "WRITE",
    5: "CREATE",
    6: "DELETE",
    7: "ALTER",
    8: "DESCRIBE",
    9: "CLUSTER_ACTION",
    10: "DESCRIBE_CONFIGS",
    11: "ALTER_CONFIGS",
    12: "IDEMPOTENT_WRITE",
    13: "CREATE_TOKENS",
    14: "DESCRIBE_TOKENS",
    15: "TWO_PHASE_COMMIT",
}
UNKNOWN = "UNKNOWN"


def number(names: dict[int, str], name: str) -> int:
    """Return the protocol's number of a name; 0, which Kafka refuses, for an unknown name."""
    return next((code for code, value in names.items() if value == name), 0)


class Acl(NamedTuple):
    """One access control entry on one resource pattern, in Kafka's terms."""

    principal: str
    host: str
    operation: str
    permission: str
    resource_type: str
    resource_name: str
    pattern_type: str


def entry(resource: Any, acl: Any) -> Acl:
    return Acl(
        acl.principal,
        acl.host,
        OPERATIONS.get(acl.operation, UNKNOWN),
        PERMISSIONS.get(acl.permission_type, UNKNOWN),
        RESOURCES.get(resource.resource_type, UNKNOWN),
        resource.resource_name,
        PATTERNS.get(resource.pattern_type, UNKNOWN),
    )


def list_acls(connection: Connection, *, timeout: float = TIMEOUT) -> tuple[Acl, ...]:
    """Return all ACLs, sorted.

    Raises:
        NotAuthorized: our principal may not describe the cluster's ACLs.
        Unsupported: the brokers have no authorizer.
        KafkaFailure: with the cause.
    """
    response = protocol.send(connection, everything(), timeout=timeout)
    protocol.raise_for_code(response.error_code, response.error_message)
    return tuple(sorted(entries(response)))


def everything() -> Any:
    return DescribeAclsRequest(
        resource_type_filter=ANY,
        resource_name_filter=None,
        pattern_type_filter=ANY,
        principal_filter=None,
        host_filter=None,
        operation=ANY,
        permission_type=ANY,
        min_version=1,
    )


def entries(response: Any) -> set[Acl]:
    return {entry(resource, acl) for resource in response.resources for acl in resource.acls}


def of_principals(acls: Collection[Acl]) -> Any:
    """Return a request for the ACLs of the principal that all these ACLs have; for all ACLs if they have several."""
    request = everything()
    principals = {acl.principal for acl in acls}
    request.principal_filter = principals.pop() if len(principals) == 1 else None
    return request


def create(connection: Connection, acls: Collection[Acl], *, timeout: float = TIMEOUT) -> None:
    """Create entries; existing ones stay as they are. Returns once all brokers report them.

    Raises:
        KafkaFailure: for the first entry that was refused; the others may have been created.
    """
    creations = [
        CreateAclsRequest.AclCreation(
            resource_type=number(RESOURCES, acl.resource_type),
            resource_name=acl.resource_name,
            resource_pattern_type=number(PATTERNS, acl.pattern_type),
            principal=acl.principal,
            host=acl.host,
            operation=number(OPERATIONS, acl.operation),
            permission_type=number(PERMISSIONS, acl.permission),
        )
        for acl in acls
    ]
    response = protocol.send(connection, CreateAclsRequest(creations=creations, min_version=1), timeout=timeout)
    for result in response.results:
        protocol.raise_for_code(result.error_code, result.error_message)
    propagation.await_brokers(
        connection,
        of_principals(acls),
        lambda response: bool(response.error_code) or entries(response).issuperset(acls),
    )


def delete(connection: Connection, acls: Collection[Acl], *, timeout: float = TIMEOUT) -> tuple[Acl, ...]:
    """Delete exactly these entries, and return those that existed, once no broker reports them any more.

    Raises:
        KafkaFailure: for the first entry that was refused; the others may have been deleted.
    """
    filters = [
        DeleteAclsRequest.DeleteAclsFilter(
            resource_type_filter=number(RESOURCES, acl.resource_type),
            resource_name_filter=acl.resource_name,
            pattern_type_filter=number(PATTERNS, acl.pattern_type),
            principal_filter=acl.principal,
            host_filter=acl.host,
            operation=number(OPERATIONS, acl.operation),
            permission_type=number(PERMISSIONS, acl.permission),
        )
        for acl in acls
    ]
    response = protocol.send(connection, DeleteAclsRequest(filters=filters, min_version=1), timeout=timeout)
    for result in response.filter_results:
        protocol.raise_for_code(result.error_code, result.error_message)
        for match in result.matching_acls:
            protocol.raise_for_code(match.error_code, match.error_message)
    propagation.await_brokers(connection, of_principals(acls), lambda response: entries(response).isdisjoint(acls))
    return tuple(entry(match, match) for result in response.filter_results for match in result.matching_acls)
