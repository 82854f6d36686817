from collections.abc import Callable

import pytest

from clusters.gateway.access import acls
from clusters.gateway.access.acls import Acl
from clusters.gateway.clients.connection import Connection
from tests.kafka.waiting import eventually


@pytest.mark.parametrize(
    ("operation", "kind", "pattern"),
    [("READ", "TOPIC", "PREFIXED"), ("DESCRIBE", "CLUSTER", "LITERAL"), ("READ", "GROUP", "LITERAL")],
)
def test_an_entry_is_granted_listed_and_revoked_alone(
    connection: Connection, unique: Callable[[str], str], operation: str, kind: str, pattern: str
) -> None:
    principal = f"User:{unique('o<b>r')}"
    name = "kafka-cluster" if kind == "CLUSTER" else unique("thing")
    acl = Acl(principal, "*", operation, "ALLOW", kind, name, pattern)
    other = Acl(principal, "10.0.0.1", operation, "DENY", kind, name, pattern)
    acls.create(connection, [acl, other])

    def mine() -> list[Acl]:
        return [entry for entry in acls.list_acls(connection) if entry.principal == principal]

    eventually(lambda: mine() == sorted([acl, other]))
    assert acls.delete(connection, [acl]) == (acl,)
    eventually(lambda: mine() == [other])
    acls.delete(connection, [other])
