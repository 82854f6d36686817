"""A configuration of kafka-ui's or AKHQ's, as it is mounted: whoever signs in has the roles of its file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from accounts.declared_teams.sources import declare_teams
from accounts.first_admin import ensure_first_admin
from accounts.models import Identity, allowances
from accounts.permissions import may
from accounts.single_sign_on import providers
from clusters.declaration.configuration import declare_configured
from clusters.models import Cluster
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
KAFKA_UI = """
kafka: {clusters: [{name: Local One, bootstrapServers: "127.0.0.1:1"}]}
auth:
  type: OAUTH2
  oauth2:
    client:
      sso: {clientId: ui, issuerUri: "https://sso.example.com", customParams: {type: oauth, roles-field: groups}}
rbac:
  roles:
    - name: readers
      clusters: [local one]
      subjects: [{provider: oauth, type: role, value: kafka-readers}]
      permissions: [{resource: topic, value: "orders.*", actions: [view]}]
"""
AKHQ = """
micronaut: {security: {oauth2: {clients: {sso: {client-id: ui, openid: {issuer: "https://sso.example.com"}}}}}}
akhq:
  connections: {Local One: {properties: {bootstrap.servers: "127.0.0.1:1"}}}
  security:
    default-group: no-roles
    groups: {readers: [{role: reader, patterns: ["orders.*"], clusters: ["Local.*"]}]}
    oidc: {providers: {sso: {groups: [{name: kafka-readers, groups: [readers]}]}}}
"""


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.KAFKAADMIN_CONFIG = str(tmp_path / "config.yml")
    providers.read_providers.cache_clear()
    yield tmp_path / "config.yml"
    providers.read_providers.cache_clear()


@pytest.mark.parametrize("text", [KAFKA_UI, AKHQ])
def test_roles_of_a_configuration_are_those_of_whoever_signs_in(file: Path, text: str) -> None:
    file.write_text(text)
    application = declare_configured()
    assert application.failures == ()
    assert not [remark for remark in application.remarks if "rbac" in remark or "security" in remark]
    declare_teams()
    user = User.objects.create_user("grace")
    identity = Identity.objects.create(user=user, provider="sso", subject="7", checked_at=timezone.now())
    identity.groups = ["Kafka-Readers"]
    identity.save()
    file.write_text(text.replace("orders", "invoices"))
    declare_teams()
    slug = Cluster.objects.get().slug
    assert may(allowances(user), "topics.view", slug, "invoices-1")
    assert not may(allowances(user), "topics.view", slug, "orders-1")
    assert not may(allowances(user), "topics.delete", slug, "invoices-1")
    browser = signed_in(user)
    session = browser.session
    session["sso_identity"] = identity.pk
    session.save()
    assert browser.get(f"/clusters/{slug}/topics/").status_code == 200
    assert browser.get(f"/clusters/{slug}/quotas/").status_code == 403
    file.write_text("kafka: {clusters: []}")
    declare_teams()
    assert not Group.objects.exists()
    assert not allowances(user)


@pytest.mark.parametrize(("text", "path"), [(KAFKA_UI, "login/oauth2/code/sso"), (AKHQ, "oauth/callback/sso")])
def test_the_address_that_is_registered_at_the_provider_stays(file: Path, text: str, path: str, client: Client) -> None:
    file.write_text(text)
    assert providers.configured()["sso"].redirect_path == path
    page = client.get(f"/{path}", {"state": "x", "code": "y"})
    assert page.status_code == 403
    assert "This sign-in was not begun in this browser" in page.content.decode()
    assert client.get("/login/oauth2/code/other").status_code == 404


def test_a_configuration_that_cannot_be_read_takes_nothing_away(file: Path) -> None:
    file.write_text(KAFKA_UI)
    declare_configured()
    assert not [sentence for sentence in declare_teams() if "not granted" in sentence]
    file.write_text("{")
    assert "config.yml" in declare_teams()[0]
    assert Group.objects.get().name == "readers"
    assert dict(providers.configured()) == {}


@pytest.mark.parametrize(
    ("kind", "given", "name", "origin"),
    [
        ("LOGIN_FORM", "", "root", "spring.security.user"), ("LOGIN_FORM", "own", "admin", "KAFKAADMIN_ADMIN_PASSWORD"),
        ("OAUTH2", "own", "admin", "KAFKAADMIN_ADMIN_PASSWORD"),
    ],
)  # fmt: skip
def test_the_user_of_kafka_uis_form_is_the_first_administrator(
    file: Path, monkeypatch: pytest.MonkeyPatch, kind: str, given: str, name: str, origin: str
) -> None:
    file.write_text(f"auth: {{type: {kind}}}\nspring: {{security: {{user: {{name: root, password: secret}}}}}}")
    monkeypatch.setenv("KAFKAADMIN_ADMIN_PASSWORD", given)
    assert ensure_first_admin() == f"First sign-in: {name}, with the password from {origin}."
    assert User.objects.get().check_password(given or "secret")
    assert User.objects.get().is_superuser
    assert ensure_first_admin() is None
