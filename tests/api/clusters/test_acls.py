"""ACLs through the API, on a real Kafka."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from clusters.gateway.access import acls as kafka
from clusters.gateway.clients.connection import Connection
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program, person, program_of
from tests.conftest import signed_in
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
ACLS = f"{LOCAL}/acls"


def of(connection: Connection, principal: str) -> set[tuple[str, str, str]]:
    """Return a principal's entries as Kafka has them."""
    acls = kafka.list_acls(connection)
    return {(acl.operation, acl.resource_type, acl.resource_name) for acl in acls if acl.principal == principal}


def test_a_consumers_entries_are_granted_listed_and_revoked(
    cluster: Cluster, connection: Connection, ada: Program, unique: Callable[[str], str]
) -> None:
    principal, topic = f"User:{unique('u')}", unique("t")
    body = {"template": "consumer", "principal": principal, "resource_name": topic, "group": "g"}
    trial = ada("POST", f"{ACLS}?dry_run=true", body)
    assert (trial.status_code, len(trial.json()["steps"])) == (200, 3)
    assert of(connection, principal) == set()
    assert ada("POST", f"{ACLS}?plan={trial.json()['plan']}", body).status_code == 201
    expected = {("DESCRIBE", "TOPIC", topic), ("READ", "TOPIC", topic), ("READ", "GROUP", "g")}
    eventually(lambda: of(connection, principal) == expected)
    again = ada("POST", ACLS, body)
    assert (again.status_code, again.json()["steps"]) == (200, [])
    listed = ada.get(f"{ACLS}?{urlencode({'q': principal})}")["items"]
    assert len(listed) == 3
    for acl in listed:
        assert ada("DELETE", f"{ACLS}?{urlencode(acl)}&dry_run=true").json()["done"] is False
    assert of(connection, principal) == expected
    for acl in listed:
        assert ada("DELETE", f"{ACLS}?{urlencode(acl)}").status_code == 200
    eventually(lambda: of(connection, principal) == set())
    assert ada("DELETE", f"{ACLS}?{urlencode(listed[0])}").status_code == 404
    assert ada.get(f"{ACLS}?{urlencode({'q': principal})}")["items"] == []


def test_production_wants_its_name_before_an_entry_is_revoked(
    cluster: Cluster, connection: Connection, ada: Program, unique: Callable[[str], str]
) -> None:
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    principal, topic = f"User:{unique('u')}", unique("t/ä")
    body = {"principal": principal, "operation": "READ", "resource_name": topic, "permission": "DENY"}
    assert ada("POST", ACLS, body).status_code == 201
    eventually(lambda: of(connection, principal))
    (acl,) = ada.get(f"{ACLS}?{urlencode({'q': principal})}")["items"]
    refused = ada("DELETE", f"{ACLS}?{urlencode(acl)}")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["confirm"])
    assert of(connection, principal)
    assert ada("DELETE", f"{ACLS}?{urlencode(acl | {'confirm': 'local'})}").status_code == 200
    eventually(lambda: not of(connection, principal))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"principal": "nobody"}, "principal"),
        ({"operation": "FLY"}, "operation"),
        ({"resource_name": ""}, "resource_name"),
        ({"template": "consumer"}, "group"),
        ({"resource_type": "MOON"}, "resource_type"),
        ({"permission": "MAYBE"}, "permission"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(
    cluster: Cluster, ada: Program, fields: dict[str, Any], field: str
) -> None:
    body = {"principal": "User:x", "operation": "READ", "resource_name": "t"} | fields
    response = ada("POST", ACLS, body)
    assert response.status_code == 422
    assert field in response.json()["errors"]


@pytest.mark.parametrize(
    ("name", "pattern", "group", "status"),
    [
        ("orders-1", "LITERAL", "", 200),
        ("orders-", "PREFIXED", "", 200),
        ("ord", "PREFIXED", "", 403),
        ("payroll", "LITERAL", "", 403),
        ("*", "LITERAL", "", 403),
        ("orders-1", "LITERAL", "orders-group", 200),
        ("orders-1", "LITERAL", "payroll-group", 403),
    ],
)
def test_rights_on_some_names_are_rights_on_their_entries(
    cluster: Cluster, name: str, pattern: str, group: str, status: int
) -> None:
    oda = program_of(person("oda", role="admin", resources="orders*"))
    body = {"principal": "User:x", "operation": "READ", "resource_name": name, "pattern_type": pattern}
    if group:
        body |= {"template": "consumer", "group": group}
    assert oda("POST", f"{ACLS}?dry_run=true", body).status_code == status
    if status == 403:
        assert oda("POST", ACLS, body).status_code == 403


def test_nobody_revokes_or_looks_at_an_entry_of_what_no_grant_covers(
    cluster: Cluster, connection: Connection, ada: Program, unique: Callable[[str], str]
) -> None:
    oda = person("oda", role="admin", resources="orders*")
    body = {"principal": f"User:orders-{unique('u')}", "operation": "READ", "resource_name": unique("payroll")}
    assert ada("POST", ACLS, body).status_code == 201
    eventually(lambda: of(connection, body["principal"]))
    entry = urlencode({**body, "resource_type": "TOPIC", "pattern_type": "LITERAL", "permission": "ALLOW", "host": "*"})
    assert program_of(oda)("DELETE", f"{ACLS}?{entry}").status_code == 403
    browser = signed_in(oda)
    assert browser.get(f"/clusters/local/acls/delete/?{entry}").status_code == 403
    assert of(connection, body["principal"])
    form_data = {"principal": "User:y", "operation": "READ", "resource_name": "orders-1", "action": "preview"}
    assert browser.post("/clusters/local/acls/new/", form_data).status_code == 200
    assert browser.post("/clusters/local/acls/new/", {**form_data, "resource_name": "payroll"}).status_code == 422
