"""The ACLs that a client needs, by role. Pure. Operations are those that Kafka's documentation gives per request."""

from clusters.gateway.access.acls import Acl

OPERATIONS = {
    "TOPIC": (
        "READ", "WRITE", "CREATE", "DELETE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS", "ALL",
    ),
    "GROUP": ("READ", "DELETE", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS", "ALL"),
    "CLUSTER": (
        "CREATE", "CLUSTER_ACTION", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER", "ALTER_CONFIGS", "IDEMPOTENT_WRITE",
        "ALL",
    ),
    "TRANSACTIONAL_ID": ("DESCRIBE", "WRITE", "ALL"),
    "DELEGATION_TOKEN": ("DESCRIBE", "ALL"),
    "USER": ("CREATE_TOKENS", "DESCRIBE_TOKENS", "ALL"),
}  # fmt: skip
CLUSTER_NAME = "kafka-cluster"  # the only name that a CLUSTER resource has


def allow(principal: str, host: str, operation: str, kind: str, name: str, pattern: str) -> Acl:
    return Acl(principal, host, operation, "ALLOW", kind, name, pattern)


def producer(principal: str, host: str, topic: str, pattern: str) -> tuple[Acl, ...]:
    return tuple(allow(principal, host, operation, "TOPIC", topic, pattern) for operation in ("DESCRIBE", "WRITE"))


def consumer(principal: str, host: str, topic: str, pattern: str, group: str, group_pattern: str) -> tuple[Acl, ...]:
    topic_acls = tuple(allow(principal, host, operation, "TOPIC", topic, pattern) for operation in ("DESCRIBE", "READ"))
    return (*topic_acls, allow(principal, host, "READ", "GROUP", group, group_pattern))
