"""People, groups of people and grants through the API; passwords go in and never come out."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from accounts.declared_teams.document import DeclaredSubject, DeclaredTeam, DeclaredTeams
from accounts.declared_teams.storage import store
from accounts.models import AuditEntry, Grant, Identity
from accounts.permissions import Allowance
from clusters.models import Cluster
from tests.api.conftest import V1, Program, program_of

pytestmark = pytest.mark.django_db
PEOPLE, TEAMS = f"{V1}/people", f"{V1}/user-groups"
PASSWORD = "a-long-enough-passphrase"


def added(ada: Program, name: str = "pat") -> User:
    response = ada("POST", PEOPLE, {"username": name, "password": PASSWORD, "email": f"{name}@example.com"})
    assert response.status_code == 201, response.content
    assert PASSWORD not in response.content.decode()
    return User.objects.get(username=name)


def viewer(**fields: Any) -> dict[str, Any]:
    return {"role": "viewer", **fields}


def test_somebody_added_and_granted_a_role_sees_just_that(ada: Program) -> None:
    for slug in ("prod-1", "dev-1"):
        Cluster.objects.create(slug=slug, name=slug, bootstrap_servers="127.0.0.1:1")
    pat = added(ada)
    path = f"{PEOPLE}/pat/grants"
    trial = ada("POST", f"{path}?dry_run=true", viewer(clusters="prod-*")).json()
    assert (trial["done"], trial["id"], Grant.objects.count()) == (False, None, 0)
    made = ada("POST", f"{path}?plan={trial['plan']}", viewer(clusters="prod-*"))
    assert (made.status_code, made.json()["id"]) == (201, Grant.objects.get().pk)
    again = ada("POST", path, viewer(clusters="prod-*"))
    assert (again.status_code, Grant.objects.count()) == (422, 1)
    program = program_of(pat)
    assert [cluster["slug"] for cluster in program.get(f"{V1}/clusters")] == ["prod-1"]
    client = Client()
    assert client.post("/login/", {"username": "pat", "password": PASSWORD}).status_code == 302
    (person,) = ada.get(f"{PEOPLE}?q=PAT@")["items"]
    assert (person["grants"][0]["clusters"], person["is_active"], person["is_superuser"]) == ("prod-*", True, False)
    grant = f"{V1}/grants/{person['grants'][0]['id']}"
    assert ada.get(grant)["role"] == "viewer"
    assert ada("DELETE", f"{grant}?dry_run=1").json()["steps"][0]["before"] == "viewer on prod-*/*"
    assert ada("DELETE", grant).json()["done"]
    assert program("GET", f"{V1}/clusters/prod-1").status_code == 404
    assert ada("DELETE", grant).status_code == 404


def test_a_grant_to_a_group_is_a_grant_to_its_members(ada: Program) -> None:
    Cluster.objects.create(slug="prod-1", name="prod-1", bootstrap_servers="127.0.0.1:1")
    program = program_of(added(ada))
    assert ada("POST", TEAMS, {"name": "a/b", "members": ["pat"]}).status_code == 201
    assert ada("POST", f"{TEAMS}/a%2Fb/grants", viewer()).status_code == 201
    assert program.get(f"{V1}/clusters/prod-1/topics")["items"] == []
    team = ada.get(f"{TEAMS}/a%2Fb")
    assert (team["members"], team["grants"][0]["role"]) == (["pat"], "viewer")
    assert ada.get(f"{PEOPLE}/pat")["groups"] == ["a/b"]
    assert ada("PATCH", f"{TEAMS}/a%2Fb", {"name": "team"}).status_code == 200
    assert ada.get(TEAMS)["items"][0]["members"] == ["pat"]
    assert ada("PATCH", f"{TEAMS}/team", {"members": []}).status_code == 200
    assert program("GET", f"{V1}/clusters/prod-1/topics").status_code == 404
    assert ada("PATCH", f"{PEOPLE}/pat", {"groups": ["team"]}).status_code == 200
    assert program.get(f"{V1}/clusters/prod-1/topics")["items"] == []
    assert ada("DELETE", f"{TEAMS}/team").json()["done"]
    assert not Group.objects.exists()
    assert program("GET", f"{V1}/clusters/prod-1/topics").status_code == 404


def test_whoever_may_no_longer_sign_in_is_out_at_once(ada: Program) -> None:
    program = program_of(added(ada))
    assert program("GET", f"{V1}/me").status_code == 200
    assert ada("PATCH", f"{PEOPLE}/pat?dry_run=1", {"is_active": False}).json()["done"] is False
    assert program("GET", f"{V1}/me").status_code == 200
    assert ada("PATCH", f"{PEOPLE}/pat", {"is_active": False}).status_code == 200
    assert program("GET", f"{V1}/me").status_code == 401
    assert ada.get(f"{PEOPLE}/pat")["email"] == "pat@example.com"


def test_the_last_one_who_may_do_everything_stays(ada: Program) -> None:
    for change in ({"is_superuser": False}, {"is_active": False}):
        response = ada("PATCH", f"{PEOPLE}/ada", change)
        assert (response.status_code, "This is the last superuser" in response.json()["detail"]) == (422, True)
    assert User.objects.get(username="ada").is_superuser


def test_passwords_are_set_by_the_pages_rules_and_are_nowhere_told(ada: Program) -> None:
    pat = added(ada)
    for method, path, body in (
        ("PUT", f"{PEOPLE}/pat/password", {"password": "12345"}),
        ("POST", PEOPLE, {"username": "weak", "password": "12345"}),
    ):
        weak = ada(method, path, body)
        assert (weak.status_code, list(weak.json()["errors"])) == (422, ["password"])
    assert ada("PUT", f"{PEOPLE}/pat/password", {"password": PASSWORD + "2"}).status_code == 200
    pat.refresh_from_db()
    assert pat.check_password(PASSWORD + "2")
    assert PASSWORD not in str(list(AuditEntry.objects.values())) + str(ada.get(f"{PEOPLE}/pat"))
    assert {audit_entry.action for audit_entry in AuditEntry.objects.all()} == {"people.manage"}


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", PEOPLE, {"username": "ada", "password": PASSWORD}, "username"),
        ("POST", PEOPLE, {"username": "a b", "password": PASSWORD}, "username"),
        ("PATCH", f"{PEOPLE}/ada", {"groups": ["none"]}, "groups"),
        ("PATCH", f"{PEOPLE}/ada", {"email": "x"}, "email"),
        ("POST", TEAMS, {"members": []}, "name"),
        ("POST", TEAMS, {"name": "t", "members": ["none"]}, "members"),
        ("POST", f"{PEOPLE}/ada/grants", {"role": "custom"}, "actions"),
        ("POST", f"{PEOPLE}/ada/grants", {"role": "custom", "actions": ["fly"]}, "actions"),
        ("POST", f"{PEOPLE}/ada/grants", {"role": "owner"}, "role"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    ada: Program, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    for query in ("", "?dry_run=true"):
        response = ada(method, path + query, body)
        assert (response.status_code, field in response.json()["errors"]) == (422, True), response.content
    assert not Grant.objects.exists()
    assert not Group.objects.exists()


def test_people_come_in_pages_and_those_who_are_not_there_are_a_problem(ada: Program, vera: Program) -> None:
    for number in range(5):
        User.objects.create_user(f"p{number}")
    first = ada.get(f"{PEOPLE}?limit=4")
    second = ada.get(f"{PEOPLE}?limit=4&cursor={first['next']}")
    names = [person["username"] for person in first["items"] + second["items"]]
    assert names == ["ada", "p0", "p1", "p2", "p3", "p4", "vera"]
    assert ada("GET", f"{PEOPLE}/%00").status_code == 404
    for path in (f"{PEOPLE}/none", f"{TEAMS}/none", f"{V1}/grants/{10**30}"):
        assert ada("GET", path).status_code == 404
        assert vera("GET", path).status_code == 403


def test_a_group_of_the_company_leads_to_a_team_until_it_is_removed(ada: Program) -> None:
    pat = User.objects.create_user("pat")
    identity = Identity.objects.create(
        user=pat, provider="oidc", subject="7", groups=["kafka-team"], checked_at=timezone.now()
    )
    team = Group.objects.create(name="team")
    path = f"{TEAMS}/team/company-groups"
    trial = ada("POST", f"{path}?dry_run=true", {"name": "kafka-team"}).json()
    assert (trial["done"], trial["id"]) == (False, None)
    assert ada("POST", path, {"name": "kafka-team"}).status_code == 201
    assert list(identity.teams.all()) == [team]
    assert ada("POST", path, {"name": "kafka-team"}).status_code == 422
    assert ada("POST", path, {"name": "x", "provider": "nobody"}).status_code == 422
    (company_group,) = ada.get(f"{TEAMS}/team")["company_groups"]
    path = f"{V1}/company-groups/{company_group['id']}"
    assert (ada.get(path)["name"], ada.get(path)["kind"]) == ("kafka-team", "group")
    assert ada("DELETE", f"{path}?dry_run=1").json()["steps"][0]["before"] == "group of the company: kafka-team"
    assert ada("DELETE", path).json()["done"]
    assert not identity.teams.exists()
    assert ada("GET", path).status_code == ada("DELETE", path).status_code == 404


def test_a_declared_team_is_changed_in_its_configuration_only(ada: Program) -> None:
    team = DeclaredTeam("team", (DeclaredSubject("group", "kafka-team"),), (Allowance("viewer"),))
    assert store(DeclaredTeams("sign-in file", (team,))) == []
    shown = ada.get(f"{TEAMS}/team")
    grant, group = shown["grants"][0]["id"], shown["company_groups"][0]["id"]
    assert shown["managed_by"] == "sign-in file"
    for method, path, body in (
        ("PATCH", f"{TEAMS}/team", {"name": "other"}), ("POST", f"{TEAMS}/team/grants", viewer(clusters="x")),
        ("POST", f"{TEAMS}/team/company-groups", {"name": "x"}), ("DELETE", f"{TEAMS}/team", None),
        ("DELETE", f"{V1}/grants/{grant}", None), ("DELETE", f"{V1}/company-groups/{group}", None),
    ):  # fmt: skip
        response = ada(method, path, body)
        assert response.status_code in {403, 422}, path
        assert "managed by configuration (sign-in file)" in response.content.decode(), path
    assert ada.get(f"{TEAMS}/team") == shown
    assert ada("PATCH", f"{PEOPLE}/ada", {"groups": ["team"]}).status_code == 200
