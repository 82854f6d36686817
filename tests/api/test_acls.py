"""ACLs through the API, on a real Kafka."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from clusters.gateway import acls as kafka
from clusters.gateway.connection import Connection
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
ACLS = f"{LOCAL}/acls"


def of(connection: Connection, principal: str) -> set[tuple[str, str, str]]:
    """Return a principal's entries as Kafka has them."""
    found = kafka.list_acls(connection)
    return {(one.operation, one.resource_type, one.resource_name) for one in found if one.principal == principal}


def test_a_consumers_entries_are_granted_listed_and_revoked(
    cluster: Cluster, connection: Connection, ada: Program, unique: Callable[[str], str]
) -> None:
    principal, topic = f"User:{unique('u')}", unique("t")
    body = {"template": "consumer", "principal": principal, "resource_name": topic, "group": "g"}
    trial = ada("POST", f"{ACLS}?dry_run=true", body)
    assert (trial.status_code, len(trial.json()["steps"])) == (200, 3)
    assert of(connection, principal) == set()
    assert ada("POST", f"{ACLS}?plan={trial.json()['plan']}", body).status_code == 201
    wanted = {("DESCRIBE", "TOPIC", topic), ("READ", "TOPIC", topic), ("READ", "GROUP", "g")}
    eventually(lambda: of(connection, principal) == wanted)
    again = ada("POST", ACLS, body)
    assert (again.status_code, again.json()["steps"]) == (200, [])
    listed = ada.get(f"{ACLS}?{urlencode({'q': principal})}")["items"]
    assert len(listed) == 3
    for one in listed:
        assert ada("DELETE", f"{ACLS}?{urlencode(one)}&dry_run=true").json()["done"] is False
    assert of(connection, principal) == wanted
    for one in listed:
        assert ada("DELETE", f"{ACLS}?{urlencode(one)}").status_code == 200
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
    (one,) = ada.get(f"{ACLS}?{urlencode({'q': principal})}")["items"]
    refused = ada("DELETE", f"{ACLS}?{urlencode(one)}")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["confirm"])
    assert of(connection, principal)
    assert ada("DELETE", f"{ACLS}?{urlencode(one | {'confirm': 'local'})}").status_code == 200
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
    answer = ada("POST", ACLS, body)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]
