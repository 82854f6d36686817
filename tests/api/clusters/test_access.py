"""What a principal may do, through the API, from the inventory."""

from typing import Any
from urllib.parse import urlencode

import pytest

from clusters.models import AclEntry, Cluster, Mirror
from tests.api.conftest import V1, Program, person, program_of

pytestmark = pytest.mark.django_db
ACCESS = f"{V1}/clusters/quiet/acls/access"
QUESTION = {"principal": "User:a", "operation": "READ", "resource_name": "orders"}


@pytest.fixture
def quiet(db: None) -> Cluster:
    """A cluster that is not asked: its ACLs are in the inventory."""
    cluster = Cluster.objects.create(slug="quiet", name="quiet", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster)
    for host, permission in (("*", "ALLOW"), ("2001:db8:0:0:0:0:0:1", "DENY")):
        AclEntry.objects.create(
            cluster=cluster, principal="User:*", host=host, operation="READ", permission=permission,
            resource_type="TOPIC", resource_name="ord", pattern_type="PREFIXED",
        )  # fmt: skip
    return cluster


def access(program: Program, **fields: str) -> Any:
    return program.get(f"{ACCESS}?{urlencode({**QUESTION, **fields})}")


def test_a_decision_has_its_acl_and_a_host_is_taken_as_brokers_write_it(quiet: Cluster, vera: Program) -> None:
    assert access(vera) == {
        "allowed": True,
        "reason": "ACL",
        "sentence": "allowed: ALLOW READ for User:* on TOPIC PREFIXED ord from any host",
        "acl": {
            "principal": "User:*", "host": "*", "operation": "READ", "permission": "ALLOW", "resource_type": "TOPIC",
            "resource_name": "ord", "pattern_type": "PREFIXED",
        },
        "super_users_known": False,
    }  # fmt: skip
    denied = access(vera, host="2001:DB8::1")
    assert (denied["allowed"], denied["acl"]["permission"]) == (False, "DENY")
    assert access(vera, operation="WRITE")["reason"] == "no ACL matches"


def test_unknown_is_null_and_super_users_may_do_everything(quiet: Cluster, vera: Program) -> None:
    unknown = access(vera, resource_name="payroll")
    assert (unknown["allowed"], unknown["acl"]) == (None, None)
    Mirror.objects.update(super_users=["User:a"], allow_everyone=False)
    assert access(vera, resource_name="payroll")["reason"] == "super user"
    nobody = access(vera, resource_name="payroll", principal="User:b")
    assert (nobody["allowed"], nobody["super_users_known"]) == (False, True)
    cluster = access(vera, resource_type="CLUSTER", resource_name="", principal="User:b", operation="ALTER")
    assert cluster["sentence"] == "not allowed: no ACL found"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"principal": "nobody"}, "principal"),
        ({"operation": "FLY"}, "operation"),
        ({"resource_type": "GROUP", "operation": "WRITE"}, "operation"),
        ({"resource_type": "MOON"}, "resource_type"),
        ({"resource_name": ""}, "resource_name"),
        ({"host": "app.example.com"}, "host"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    quiet: Cluster, vera: Program, fields: dict[str, str], field: str
) -> None:
    response = vera("GET", f"{ACCESS}?{urlencode({**QUESTION, **fields})}")
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [field]


def test_only_what_the_grant_names_is_evaluated(quiet: Cluster) -> None:
    oda = program_of(person("oda", clusters="quiet", resources="orders*"))
    assert access(oda)["allowed"] is True
    refused = oda("GET", f"{ACCESS}?{urlencode({**QUESTION, 'resource_name': 'ord-1'})}")
    assert refused.status_code == 403
    assert "quiet/ord-1 (needs acls.view)" in refused.json()["detail"]
