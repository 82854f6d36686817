"""A grant covers what it names and nothing else, and nobody gives, takes or changes more than they have."""

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry, Grant
from accounts.permissions import Allowance, NamePrefix, allows, missing
from api.kit import tokens
from api.models import Token
from clusters.models import Cluster
from tests.conftest import signed_in

NEW = "another-long-passphrase"
Person = Callable[..., User]


@pytest.fixture
def person(db: None) -> Person:
    def make(username: str, role: str = "custom", **fields: object) -> User:
        user = User.objects.create_user(username, password="a-long-enough-passphrase")
        Grant.objects.create(user=user, role=role, **fields)
        return user

    return make


@pytest.fixture
def demo(db: None) -> Cluster:
    return Cluster.objects.create(slug="demo", name="demo", bootstrap_servers="127.0.0.1:1")


@pytest.mark.parametrize(
    ("resources", "resource", "covered"),
    [
        ("sec-*", NamePrefix("sec-"), True),
        ("sec-*", NamePrefix("sec-a"), True),
        ("sec-*", NamePrefix("sec"), False),
        ("sec-?", NamePrefix("sec-"), False),
        ("sec-*x", NamePrefix("sec-"), False),
        ("s?c-*", NamePrefix("sec-"), False),
        ("*", NamePrefix(""), True),
        ("**", NamePrefix("a"), True),
        ("sec-*", "*", False),
        ("*", "*", True),
    ],
)
def test_a_prefix_is_covered_by_what_covers_every_continuation(resources: str, resource: str, covered: bool) -> None:
    assert allows(Allowance("admin", "*", resources), "acls.create", "demo", resource) is covered


@pytest.mark.parametrize(
    ("own", "other", "exceeds"),
    [
        (Allowance("admin"), Allowance("admin"), False),
        (Allowance("admin", "prod-*"), Allowance("viewer", "prod-1"), False),
        (Allowance("admin", "prod-*"), Allowance("viewer", "prod-?"), False),
        (Allowance("admin", "prod-?"), Allowance("viewer", "prod-*"), True),
        (Allowance("admin", "*", "sec-*"), Allowance("viewer"), True),
        (Allowance("operator"), Allowance("admin"), True),
        (Allowance("custom", actions=frozenset({"people.manage"})), Allowance("viewer"), True),
    ],
)
def test_what_goes_beyond_is_known(own: Allowance, other: Allowance, exceeds: bool) -> None:
    assert bool(missing([own], other)) is exceeds


ADMIN_OF_A_PART = [
    ("GET", "/people/"), ("GET", "/audit/"), ("GET", "/channels/"), ("GET", "/clusters/new/"),
    ("GET", "/clusters/demo/edit/"), ("GET", "/clusters/demo/delete/"), ("GET", "/clusters/demo/lag/settings/"),
    ("GET", "/clusters/demo/metrics/settings/"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ADMIN_OF_A_PART)
def test_an_admin_of_some_topics_does_nothing_to_the_whole(
    person: Person, demo: Cluster, method: str, path: str
) -> None:
    client = signed_in(person("sue", "admin", clusters="*", resources="sec-*"))
    assert client.generic(method, path).status_code == 403
    assert client.get("/clusters/demo/topics/").status_code == 200


def manager(person: Person) -> User:
    return person("max", actions=["people.manage", "clusters.list"])


def granting(role: str = "admin", resources: str = "*") -> dict[str, str]:
    return {"form": "grant", "role": role, "clusters": "*", "resources": resources}


def test_who_manages_people_makes_nobody_more_than_they_are(person: Person) -> None:
    max_ = manager(person)
    client = signed_in(max_)
    response = client.post(f"/people/{max_.pk}/", granting())
    assert response.status_code == 422
    assert "You can only grant access that you have yourself" in response.content.decode()
    superuser = {"form": "person", "is_active": "on", "is_superuser": "on"}
    assert client.post(f"/people/{max_.pk}/", superuser).status_code == 422
    team = Group.objects.create(name="admins")
    Grant.objects.create(group=team, role="admin")
    joining = {"form": "person", "is_active": "on", "groups": [team.pk]}
    assert client.post(f"/people/{max_.pk}/", joining).status_code == 422
    members = {"form": "group", "name": "admins", "members": [max_.pk]}
    assert client.post(f"/people/groups/{team.pk}/", members).status_code == 422
    max_.refresh_from_db()
    assert not max_.is_superuser
    assert not max_.groups.exists()
    assert Grant.objects.filter(user=max_).count() == 1


def test_who_manages_people_takes_over_nobody_who_is_more(person: Person, admin: Client) -> None:
    client, ada = signed_in(manager(person)), User.objects.get(username="ada")
    password = {"form": "password", "new_password1": NEW, "new_password2": NEW}
    assert client.post(f"/people/{ada.pk}/", password).status_code == 403
    assert client.post(f"/people/{ada.pk}/", {"form": "delete"}).status_code == 403
    assert client.post(f"/people/{ada.pk}/", {"form": "person"}).status_code == 422
    grant = Grant.objects.create(user=ada, role="admin")
    assert client.post(f"/people/grants/{grant.pk}/withdraw/").status_code == 403
    token = Token(user=ada, name="t")
    tokens.issue(token)
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 403
    ada.refresh_from_db()
    assert ada.is_active
    assert Token.objects.filter(pk=token.pk).exists()


def test_an_administrator_sees_and_revokes_the_tokens_of_others(admin: Client, person: Person) -> None:
    token = Token(user=person("pat", "viewer"), name="pipeline")
    tokens.issue(token)
    assert "pipeline" in admin.get(f"/account/tokens/of/{token.user_id}/").content.decode()
    assert admin.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    assert not Token.objects.exists()


@pytest.mark.parametrize("ending", ["password", "own password", "deactivation", "deletion"])
def test_what_a_password_opened_is_closed_with_it(admin: Client, person: Person, ending: str) -> None:
    pat = person("pat", "viewer")
    client, secret = signed_in(pat), tokens.issue(Token(user=pat, name="t"))
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    assert admin.get("/api/v1/me", **bearer).status_code == 200  # type: ignore[arg-type]
    if ending == "own password":
        other = signed_in(pat)
        form = {"old_password": "a-long-enough-passphrase", "new_password1": NEW, "new_password2": NEW}
        assert other.post("/people/password/", form).status_code == 302
        assert other.get("/").status_code == 200
    else:
        form = {"password": {"form": "password", "new_password1": NEW, "new_password2": NEW},
                "deactivation": {"form": "person"}, "deletion": {"form": "delete"}}[ending]  # fmt: skip
        assert admin.post(f"/people/{pat.pk}/", form).status_code == 302
    if ending == "deactivation":  # and stays closed
        assert admin.post(f"/people/{pat.pk}/", {"form": "person", "is_active": "on"}).status_code == 302
    assert client.get("/").status_code == 302
    assert admin.get("/api/v1/me", **bearer).status_code == 401  # type: ignore[arg-type]
    assert AuditEntry.objects.filter(resource="pat").exists()


def test_the_last_administrator_is_not_deleted(admin: Client) -> None:
    ada = User.objects.get(username="ada")
    response = admin.post(f"/people/{ada.pk}/", {"form": "delete"}, follow=True)
    assert "This is the last superuser" in response.content.decode()
    assert User.objects.filter(pk=ada.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory locks whole tables between threads")
def test_two_administrators_who_remove_each_other_at_once_leave_one() -> None:
    for _ in range(6):
        User.objects.all().delete()
        both = [User.objects.create_superuser(name) for name in ("ada", "bob")]
        clients, start = [signed_in(user) for user in both], threading.Barrier(2)

        def remove(client: Client, other: User, start: threading.Barrier = start) -> None:
            start.wait()
            client.post(f"/people/{other.pk}/", {"form": "person", "is_active": "on"})
            connection.close()

        threads = [
            threading.Thread(target=remove, args=(client, other))
            for client, other in zip(clients, reversed(both), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert User.objects.filter(is_superuser=True, is_active=True).exists()
