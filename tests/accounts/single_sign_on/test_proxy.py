"""A proxy in front names who is there: believed from its own addresses, at each request, and from nowhere else."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import AuditEntry, CompanyGroup, Grant, allowances
from accounts.single_sign_on.proxy import headers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    settings.PROXY_USER_HEADER, settings.PROXY_GROUPS_HEADER = "X-Forwarded-User", "X-Forwarded-Groups"
    settings.PROXY_ADDRESSES = ["10.0.0.7", "10.1.0.0/16"]


@pytest.fixture
def team() -> Group:
    team = Group.objects.create(name="operators")
    Grant.objects.create(group=team, role="operator")
    CompanyGroup.objects.create(team=team, name="kafka-team")
    return team


def get(
    client: Client, user: str = "", groups: str = "", *, address: str = "10.1.2.3", path: str = "/"
) -> HttpResponseBase:
    named = {"X-Forwarded-User": user, "X-Forwarded-Groups": groups} if user else {}
    return client.get("/", headers=named, REMOTE_ADDR=address)


def test_whom_the_proxy_names_is_signed_in_with_the_roles_of_their_groups(client: Client, team: Group) -> None:
    assert get(client, "grace", "everybody, kafka-team").status_code == 200
    grace = User.objects.get(username="grace")
    assert [each.role for each in allowances(grace)] == ["operator"]
    assert get(client, "grace", "everybody").status_code == 200
    assert allowances(grace) == []
    assert AuditEntry.objects.filter(action="sign-in", username="grace", detail="By the proxy.").count() == 1


def test_headers_from_elsewhere_count_for_nothing(client: Client) -> None:
    for address in ("10.0.0.8", "127.0.0.1", "", "not an address", "::1"):
        assert "/login/" in get(client, "grace", address=address)["Location"]
    spoofed = client.get(
        "/", headers={"X-Forwarded-User": "grace", "X-Forwarded-For": "10.0.0.7"}, REMOTE_ADDR="9.9.9.9"
    )
    assert "/login/" in spoofed["Location"]
    assert not User.objects.exists()


def test_a_session_is_over_when_the_proxy_names_nobody_or_another(client: Client, team: Group) -> None:
    get(client, "grace", "kafka-team")
    assert client.session["_auth_user_id"] == str(User.objects.get(username="grace").pk)
    get(client, "vera")
    assert client.session["_auth_user_id"] == str(User.objects.get(username="vera").pk)
    assert "/login/" in get(client)["Location"]
    get(client, "vera")
    assert "/login/" in get(client, "vera", address="9.9.9.9")["Location"]


def test_names_and_groups_may_have_letters_of_any_language(client: Client, team: Group) -> None:
    CompanyGroup.objects.create(team=team, name="Straße")
    get(client, "jürgen".encode().decode("latin-1"), "Straße".encode().decode("latin-1"), address="::ffff:10.0.0.7")
    assert allowances(User.objects.get(username="jürgen"))
    get(client, "zoë")  # sent as Latin-1
    assert User.objects.filter(username="zoë").exists()


def test_a_session_is_over_when_no_proxy_signs_in_any_more(client: Client, settings: Any) -> None:
    get(client, "grace")
    settings.PROXY_USER_HEADER = ""
    assert "/login/" in get(client, "grace")["Location"]


def test_a_local_user_is_not_taken_over_and_a_deactivated_one_stays_out(client: Client) -> None:
    root = User.objects.create_superuser("root")
    get(client, "root")
    assert client.session["_auth_user_id"] != str(root.pk)
    User.objects.filter(username="root@proxy").update(is_active=False)
    refused = get(client, "root")
    assert refused.status_code == 403
    assert b"deactivated your account" in refused.content  # type: ignore[attr-defined]
    assert get(client, "x" * 200).status_code == 403


def test_nobody_of_the_company_is_the_user_of_requests_without_a_session(client: Client, settings: Any) -> None:
    settings.ANONYMOUS_ROLE = "viewer"
    get(client, "Anonymous")
    assert User.objects.get().username == "Anonymous@proxy"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="it has one writer at a time, and in memory one reader")
@pytest.mark.django_db(transaction=True)
def test_requests_of_one_page_may_sign_somebody_in_at_once(team: Group) -> None:
    """Their browser asks for several parts of the first page at the same time."""

    def first_page(_: int) -> int:
        try:
            return get(Client(), "grace", "kafka-team").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(first_page, range(6))) == {200}
    assert User.objects.get().identities.get().teams.get() == team


def test_addresses_are_needed_and_must_be_some() -> None:
    with pytest.raises(ImproperlyConfigured, match="who may send it"):
        headers("X-User", "", "", ())
    with pytest.raises(ImproperlyConfigured, match="KAFKAADMIN_PROXY_ADDRESSES"):
        headers("X-User", "", "", ("proxy.example.com",))
