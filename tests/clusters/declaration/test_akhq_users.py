"""Users and the proxy of AKHQ's configuration sign in with what they had, and end with their lines."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from accounts.declared_teams.sources import declare_teams
from accounts.first_admin import ensure_first_admin
from accounts.models import AuditEntry, UserDeclaration, allowances
from accounts.permissions import may
from accounts.single_sign_on import proxy
from clusters.declaration.configuration import declare_configured
from core import rereading

pytestmark = pytest.mark.django_db
AKHQ = """
akhq:
  connections: {{dev: {{properties: {{bootstrap.servers: "127.0.0.1:1"}}}}}}
  security:
    default-group: no-roles
    groups: {{readers: [{{role: reader, patterns: ["orders.*"]}}], writers: [{{role: topic-admin}}]}}
    basic-auth: [{users}]
    header-auth: {{{headers}}}
"""


def user(name: str, password: str, *groups: str) -> str:
    digest = hashlib.sha256(password.encode()).hexdigest()
    return f"{{username: {name}, password: {digest}, groups: [{', '.join(groups)}]}}"


@pytest.fixture
def file(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.KAFKAADMIN_CONFIG = str(tmp_path / "config.yml")
    monkeypatch.setattr(rereading, "SETTLE_SECONDS", 0)
    yield tmp_path / "config.yml"


def apply(file: Path, users: str = "", headers: str = "") -> list[str]:
    file.write_text(AKHQ.format(users=users, headers=headers))
    declare_configured()
    return declare_teams()


def signed_in(name: str, password: str) -> tuple[Client, int]:
    client = Client()
    return client, client.post("/login/", {"username": name, "password": password}).status_code


def test_a_user_signs_in_with_the_password_and_roles_they_had(file: Path) -> None:
    apply(file, user("ada", "correct horse", "readers"))
    client, status = signed_in("ada", "correct horse")
    assert status == 302
    assert signed_in("ada", "wrong")[1] == 200
    ada = User.objects.get()
    own = allowances(ada)
    assert may(own, "topics.view", "dev", "orders.eu")
    assert not may(own, "topics.view", "dev", "secret")
    assert not may(own, "topics.delete", "dev", "orders.eu")
    assert (ada.is_superuser, ada.password.startswith("md5$")) == (False, True)
    apply(file, user("ada", "correct horse", "readers"))
    assert AuditEntry.objects.filter(username="configuration", resource="ada").count() == 2
    apply(file, user("ada", "correct horse", "writers"))
    assert [team.name for team in User.objects.get().groups.all()] == ["writers"]
    assert client.get("/").status_code == 200
    apply(file, user("ada", "another one", "writers"))
    assert client.get("/").status_code == 302
    assert signed_in("ada", "correct horse")[1] == 200
    assert signed_in("ada", "another one")[1] == 302
    client, _ = signed_in("ada", "another one")
    apply(file)
    assert client.get("/").status_code == 302
    assert not User.objects.exists()


def test_users_made_here_are_never_taken_over(file: Path) -> None:
    User.objects.create_superuser("Ada", password="of her own")
    sentences = apply(file, f"{user('ada', 'stolen', 'readers')}, {user('anonymous', 'x', 'readers')}")
    assert [sentence for sentence in sentences if "basic-auth[0]: there is a user ada already" in sentence]
    assert [sentence for sentence in sentences if "basic-auth[1]: there is a user anonymous already" in sentence]
    assert signed_in("ada", "stolen")[1] == 200
    assert (User.objects.count(), UserDeclaration.objects.count()) == (1, 0)


def test_the_first_administrator_is_made_beside_declared_users(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(file, user("ada", "correct horse", "readers"))
    monkeypatch.setenv("KAFKAADMIN_ADMIN_USER", "ADA")
    assert "a configuration declares a user ADA" in str(ensure_first_admin())
    monkeypatch.setenv("KAFKAADMIN_ADMIN_USER", "root")
    assert "First sign-in: root / " in str(ensure_first_admin())
    assert ensure_first_admin() is None
    assert dict(User.objects.values_list("username", "is_superuser")) == {"ada": False, "root": True}


def test_what_was_changed_here_stays_until_it_changes_there(file: Path) -> None:
    apply(file, user("ada", "correct horse", "readers"))
    ada = User.objects.get()
    ada.set_password("changed here")
    ada.is_superuser = True
    ada.save()
    own = Group.objects.create(name="own")
    ada.groups.add(own)
    apply(file, user("ada", "correct horse", "readers"))
    assert signed_in("ada", "changed here")[1] == 302
    assert set(ada.groups.values_list("name", flat=True)) == {"own", "readers"}
    apply(file)
    assert signed_in("ada", "changed here")[1] == 302
    assert (UserDeclaration.objects.count(), list(ada.groups.all())) == (0, [own])


def test_a_file_that_is_broken_removes_nobody(file: Path) -> None:
    apply(file, user("ada", "correct horse", "readers"))
    file.write_text("akhq: [")
    declare_teams()
    assert signed_in("ada", "correct horse")[1] == 302


def test_headers_of_the_file_count_from_its_addresses(file: Path, settings: Any) -> None:
    headers = (
        r"user-header: x-user, groups-header: x-groups, groups-header-separator: ;, ip-patterns: ['10\.0\.0\..*'],"
    )
    apply(file, headers=f"{headers} groups: [{{name: ops, groups: [readers]}}]")
    client, sent = Client(), {"X-User": "grace", "X-Groups": "a;ops"}
    assert client.get("/", headers=sent, REMOTE_ADDR="10.0.1.7").status_code == 302
    assert client.get("/", headers=sent, REMOTE_ADDR="10.0.0.7").status_code == 200
    assert may(allowances(User.objects.get(username="grace")), "topics.view", "dev", "orders.eu")
    remarks = apply(file, headers="user-header: x-user")
    assert any("header-auth.ip-patterns: none" in remark for remark in remarks)
    assert client.get("/", headers=sent, REMOTE_ADDR="10.0.0.7").status_code == 302
    settings.PROXY_ADDRESSES = ["10.0.0.7"]
    assert client.get("/", headers=sent, REMOTE_ADDR="10.0.0.7").status_code == 200
    proxy.read_headers.cache_clear()
