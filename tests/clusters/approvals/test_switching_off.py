"""Approvals are switched off by a request that a second person approves, and by nothing else. No Kafka is needed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, CompanyGroup, Grant, Identity
from clusters.approvals.deciders import deciders
from clusters.approvals.gate import needs_approval
from clusters.declaration.configuration import declare_configured
from clusters.models import ApprovalRequest, Cluster, Mirror
from core.plan import Plan, Step
from kafkaadmin.cli.local.clusters import clusters as clusters_command
from tests.api.conftest import V1, person, program_of
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
SWITCH_OFF = "/clusters/prod/approvals/switch-off/"
API = f"{V1}/clusters/prod"
DESTROYING = (Plan("topics.delete", "orders", (Step("orders", "1 partition", None),)),)


@pytest.fixture(autouse=True)
def prod(db: None) -> Cluster:
    return Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1", needs_approval=True)


@pytest.fixture
def pat(db: None) -> User:
    return person("pat", "admin")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob", "admin")


def is_on() -> bool:
    return Cluster.objects.get(name="prod").needs_approval


def test_a_second_person_switches_them_off(pat: User, bob: User) -> None:
    asking, deciding = signed_in(pat), signed_in(bob)
    assert SWITCH_OFF in asking.get("/clusters/prod/approvals/").content.decode()
    page = asking.get(SWITCH_OFF)
    assert "applied at once from then on" in page.content.decode()
    digest = page.context["plan"].digest
    response = asking.post(SWITCH_OFF, {"action": "apply", "plan": digest, "approval_reason": "a new team"})
    waiting = ApprovalRequest.objects.get()
    assert (response.status_code, is_on(), waiting.reason) == (302, True, "a new team")
    for way in (asking.post, program_of(pat, scope="all")):
        path = f"/clusters/prod/approvals/{waiting.pk}/approve/"
        refused = way(path) if way == asking.post else way("POST", f"{API}/approvals/{waiting.pk}/approve")
        assert refused.status_code == 403, "nobody decides their own request, nor by a token"
    assert deciding.post(f"/clusters/prod/approvals/{waiting.pk}/approve/").status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decision, is_on()) == ("applied", "", False)
    entry = AuditEntry.objects.filter(action="clusters.edit", outcome="done").get()
    assert (entry.username, "Approved by bob" in entry.detail) == ("pat", True)
    assert asking.post(SWITCH_OFF, {"action": "apply", "plan": digest}).status_code == 422


def test_by_the_api_it_waits_as_well(pat: User, bob: User) -> None:
    asking, deciding = program_of(pat), program_of(bob)
    assert asking("POST", f"{API}/approvals/switch-off?dry_run=true").json()["needs_approval"]
    response = asking("POST", f"{API}/approvals/switch-off")
    assert (response.status_code, is_on()) == (202, True)
    assert deciding("POST", f"{response['Location']}/approve").json()["state"] == "applied"
    assert not is_on()


def test_whoever_may_edit_and_forget_the_cluster_does_not_get_around_it(pat: User, viewer: Any) -> None:
    program = program_of(pat)
    assert program("PATCH", API, {"needs_approval": False}).status_code == 422
    assert program("PATCH", API, {"environment": "production", "needs_approval": True}).status_code == 200
    assert program("PATCH", API, {"environment": ""}).status_code == 200
    assert program("DELETE", f"{API}?confirm=prod").status_code == 409
    assert program("POST", f"{API}/start-anew").status_code == 409
    assert program("DELETE", f"{API}?confirm=prod&dry_run=1").status_code == 409
    client = signed_in(pat)
    form = {"name": "prod", "bootstrap_servers": "127.0.0.1:1", "security_protocol": "PLAINTEXT"}
    page = client.post("/clusters/prod/edit/", form)
    assert (page.status_code, "a second person has to approve that" in page.content.decode()) == (422, True)
    assert "Switch approvals off first" in client.post("/clusters/prod/delete/", {"confirm": "prod"}).content.decode()
    text = "kafka: {clusters: [{name: prod, bootstrapServers: '127.0.0.1:1', needsApproval: false}]}"
    sent = program("POST", f"{V1}/cluster-imports", {"text": text})
    assert "clusters[0].needsApproval: approvals of prod stay on" in sent.content.decode()
    assert viewer.get(SWITCH_OFF).status_code == 403
    assert is_on()


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.KAFKAADMIN_CONFIG = str(tmp_path / "config.yml")
    yield tmp_path / "config.yml"


def test_a_declared_file_leaves_them_on(file: Path) -> None:
    file.write_text("kafka: {clusters: [{name: prod, bootstrapServers: '127.0.0.1:2'}]}")
    application = declare_configured()
    assert any("clusters[0].needsApproval: approvals of prod stay on" in remark for remark in application.remarks)
    assert (is_on(), Cluster.objects.get().bootstrap_servers) == (True, "127.0.0.1:2")
    file.write_text("kafka: {clusters: [{name: other, bootstrapServers: '127.0.0.1:3'}]}")
    application = declare_configured()
    assert any("prod is not declared any more, and requires approvals" in remark for remark in application.remarks)
    assert (is_on(), Cluster.objects.get(name="prod").declared) == (True, False)
    file.write_text("kafka: {clusters: [{name: prod, bootstrapServers: '127.0.0.1:2', needsApproval: true}]}")
    assert declare_configured().remarks == ()
    assert not Cluster.objects.filter(name="other").exists()


def test_commands_leave_them_on(tmp_path: Path) -> None:
    file = tmp_path / "clusters.yml"
    file.write_text("kafka: {clusters: [{name: prod, bootstrapServers: '127.0.0.1:1'}]}")
    applied = CliRunner().invoke(clusters_command, ["apply", str(file)])
    assert "approvals of prod stay on" in applied.output
    forgotten = CliRunner().invoke(clusters_command, ["forget", "prod"])
    assert (forgotten.exit_code, is_on()) == (2, True)


@pytest.mark.parametrize(
    ("servers", "kafka_id", "waits"),
    [
        ("127.0.0.1:1, 127.0.0.1:9", "", True), ("127.0.0.1:2", "A", True), ("127.0.0.1:1", "B", False),
        ("127.0.0.1:2", "", False),
    ],
)  # fmt: skip
def test_another_record_of_the_same_kafka_waits_too(prod: Cluster, servers: str, kafka_id: str, waits: bool) -> None:
    Mirror.objects.create(cluster=prod, kafka_cluster_id="A")
    other = Cluster.objects.create(slug="other", name="other", bootstrap_servers=servers)
    if kafka_id:
        Mirror.objects.create(cluster=other, kafka_cluster_id=kafka_id)
    assert needs_approval(Cluster.objects.get(name="other"), DESTROYING) is waits


@pytest.mark.parametrize("way", ["user", "team", "company group"])
def test_deciding_is_given_by_the_forms_of_users_and_teams(pat: User, bob: User, way: str) -> None:
    waiting = program_of(pat)("POST", f"{API}/approvals/switch-off").json()["id"]
    User.objects.create_superuser("root")
    vera = person("vera", "operator")
    Grant.objects.create(user=vera, role="custom", actions=["clusters.edit"])
    client, path = signed_in(vera), f"/clusters/prod/approvals/{waiting}/approve/"
    assert client.post(path).status_code in {403, 404}
    team = Group.objects.create(name="deciders")
    if way == "team":
        team.user_set.add(vera)
    elif way == "company group":
        identity = Identity.objects.create(
            user=vera, provider="oidc", subject="1", groups=["kafka-approvers"], checked_at=timezone.now()
        )
        CompanyGroup.objects.create(team=team, name="kafka-approvers")
        identity.teams.add(team)
    owner = f"/people/{vera.pk}/" if way == "user" else f"/people/groups/{team.pk}/"
    grant = {"form": "grant", "role": "custom", "actions": ["approvals.decide"], "clusters": "prod", "resources": "*"}
    sent = signed_in(bob).post(owner, grant)
    assert sent.status_code == 302, sent.context["forms"]["grant"].errors
    assert client.post(path).status_code == 302
    assert not is_on()


def test_who_may_decide_is_said_and_one_person_with_two_accounts_is_one(
    pat: User, bob: User, settings: Any, django_assert_max_num_queries: Any
) -> None:
    waiting = ApprovalRequest.objects.get(pk=program_of(pat)("POST", f"{API}/approvals/switch-off").json()["id"])
    root = User.objects.create_superuser("root")
    for number in range(12):
        User.objects.create_user(f"nobody{number}")
    with django_assert_max_num_queries(6):
        assert [user.username for user in deciders(waiting)] == ["root", "bob"]
    address, path = f"{API}/approvals/{waiting.pk}", f"/clusters/prod/approvals/{waiting.pk}/"
    assert program_of(pat).get(address)["deciders"] == ["root", "bob"]
    assert "May decide: root, bob." in signed_in(pat).get(path).content.decode()
    User.objects.filter(pk=pat.pk).update(email="pat@example.com")
    User.objects.filter(pk=bob.pk).update(email="Pat@Example.com")
    refused = signed_in(bob).post(f"{path}approve/")
    assert (refused.status_code, b"has your e-mail address" in refused.content) == (403, True)
    assert program_of(bob)("POST", f"{address}/approve").status_code == 403
    assert program_of(bob).get(address)["deciders"] == ["root"]
    settings.ANONYMOUS_ROLE = "admin"
    stranger = Client()
    assert b"Sign in to decide" in stranger.post(f"{path}approve/").content
    assert is_on()
    assert signed_in(root).post(f"{path}approve/").status_code == 302
    assert not is_on()


def test_a_visitor_without_an_account_is_no_first_person(prod: Cluster, settings: Any) -> None:
    settings.ANONYMOUS_ROLE = "admin"
    stranger, path = Client(), "/clusters/prod/approvals/switch-off/"
    page = stranger.get(path).content.decode()
    digest = re.search(r'name="plan" value="(\w+)"', page)
    assert digest, page
    response = stranger.post(path, {"action": "apply", "plan": digest[1]})
    assert b"a visitor without an account is no first one" in response.content
    assert not ApprovalRequest.objects.exists()
    assert is_on()
