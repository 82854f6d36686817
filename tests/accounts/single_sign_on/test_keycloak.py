"""Signing in at a real provider: who one is, what one may do and why, and how it ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, CompanyGroup, Grant, Identity, allowances
from accounts.people.credentials import end_access
from accounts.single_sign_on import endpoints, providers
from core.outgoing import OutgoingFailure
from tests.accounts.single_sign_on.conftest import SignIn, at_provider, path_of
from tests.api.conftest import program_of
from tests.keycloak import PASSWORD, Keycloak

pytestmark = pytest.mark.django_db


@pytest.fixture
def operators() -> Group:
    """A team that the people of the company's kafka-team are in."""
    team = Group.objects.create(name="operators")
    Grant.objects.create(group=team, role="operator", clusters="demo", resources="orders.*")
    CompanyGroup.objects.create(team=team, name="kafka-team")
    return team


def sentence(response: HttpResponseBase) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def later(minutes: int = 2) -> None:
    """Let the last question to the provider be some minutes ago."""
    Identity.objects.update(checked_at=timezone.now() - timedelta(minutes=minutes))


def test_somebody_of_the_company_signs_in_and_is_told_why_they_may_do_what(
    sign_in: SignIn, operators: Group, client: Client, admin: Client
) -> None:
    assert "Sign in with Company" in client.get("/login/").content.decode()
    response = sign_in(client, "grace", target="/settings/")
    assert (response.status_code, response["Location"]) == (302, "/settings/")
    grace = User.objects.get(username="grace")
    assert (grace.first_name, grace.email, grace.has_usable_password()) == ("Grace", "grace@example.com", False)
    assert [(each.role, each.clusters, each.resources) for each in allowances(grace)] == [
        ("operator", "demo", "orders.*")
    ]
    page = sentence(admin.get(f"/people/{grace.pk}/"))
    assert "Account at Company" in page
    assert "kafka-team" in page
    assert "operator on demo/orders.*" in page
    entry = AuditEntry.objects.filter(action="sign-in", username="grace").get()
    assert (entry.outcome, entry.detail) == (AuditEntry.DONE, "At Company.")


def test_who_is_in_no_team_may_do_nothing(sign_in: SignIn, operators: Group, client: Client) -> None:
    assert sign_in(client, "bob").status_code == 302
    assert allowances(User.objects.get(username="bob")) == []
    assert client.get("/people/").status_code == 403


def test_a_name_that_somebody_has_here_is_not_taken_over(sign_in: SignIn, client: Client, admin: Client) -> None:
    local = User.objects.get(username="ada")
    assert local.is_superuser
    sign_in(client, "ada")
    made = User.objects.get(username="ada@oidc")
    assert (made.is_superuser, made.identities.count(), local.identities.count()) == (False, 1, 0)
    sign_in(Client(), "ada")
    assert User.objects.filter(username__startswith="ada").count() == 2


def test_teams_follow_when_a_group_gets_a_team_or_loses_it(
    sign_in: SignIn, operators: Group, client: Client, admin: Client
) -> None:
    sign_in(client, "grace")
    grace = User.objects.get(username="grace")
    readers = Group.objects.create(name="readers")
    Grant.objects.create(group=readers, role="viewer")
    page = admin.post(f"/people/groups/{readers.pk}/", {"form": "company", "name": "everybody", "provider": "oidc"})
    assert page.status_code == 302
    assert {each.role for each in allowances(grace)} == {"operator", "viewer"}
    removed = CompanyGroup.objects.get(name="kafka-team")
    admin.post(f"/people/company-groups/{removed.pk}/remove/")
    assert {each.role for each in allowances(grace)} == {"viewer"}
    assert AuditEntry.objects.filter(action="people.manage", resource="operators").exists()


def new_person(provider: Keycloak, name: str) -> str:
    """Have a person of one's own at the provider, which several pytests share; return the name."""
    provider.administer("POST", "users", {
        "username": name, "enabled": True, "email": f"{name}@example.com", "firstName": "X", "lastName": "Y",
        "credentials": [{"type": "password", "value": PASSWORD}], "groups": ["kafka-team"],
    })  # fmt: skip
    return name


def test_who_is_removed_at_the_provider_is_out_with_sessions_and_tokens(
    sign_in: SignIn, operators: Group, client: Client, provider: Keycloak, unique: Callable[[str], str]
) -> None:
    name = new_person(provider, unique("eve"))
    sign_in(client, name)
    eve = User.objects.get(username=name)
    program = program_of(eve)
    assert client.get("/").status_code == 200
    provider.administer("PUT", f"users/{provider.user(name)['id']}", {"enabled": False})
    assert client.get("/").status_code == 200  # not a minute has passed
    later()
    assert program("GET", "/api/v1/me").status_code == 401
    assert "/login/" in client.get("/")["Location"]
    assert Identity.objects.get().ended
    provider.administer("PUT", f"users/{provider.user(name)['id']}", {"enabled": True})
    sign_in(client, name)
    assert program("GET", "/api/v1/me").status_code == 200


def test_groups_that_change_at_the_provider_change_what_one_may_do(
    sign_in: SignIn, operators: Group, client: Client, provider: Keycloak, unique: Callable[[str], str]
) -> None:
    name = new_person(provider, unique("kim"))
    sign_in(client, name)
    kim, account = User.objects.get(username=name), provider.user(name)["id"]
    assert allowances(kim)
    (group,) = provider.administer("GET", f"users/{account}/groups")
    provider.administer("DELETE", f"users/{account}/groups/{group['id']}")
    later()
    assert client.get("/").status_code == 200
    assert allowances(kim) == []


def test_a_provider_that_is_away_throws_nobody_out_and_lets_nobody_in(
    sign_in: SignIn, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, "grace")
    later()

    def no_answer(url: str, *_: object, **__: object) -> None:
        raise OutgoingFailure(f"{url} is unreachable.")

    monkeypatch.setattr(endpoints, "exchange", no_answer)
    endpoints._kept.clear()
    assert client.get("/").status_code == 200
    refused = Client().get("/sso/oidc/")
    assert refused.status_code == 502
    assert "Company cannot be reached" in sentence(refused)


def test_signing_out_leads_to_the_providers_own_sign_out(sign_in: SignIn, client: Client, provider: Keycloak) -> None:
    sign_in(client, "grace")
    page = client.post("/logout/").content.decode()
    assert f"{provider.issuer}/protocol/openid-connect/logout" in page
    assert "/login/" in client.get("/")["Location"]


def test_what_comes_back_counts_once_in_the_browser_that_began_it(provider: Keycloak, client: Client) -> None:
    begun = client.get("/sso/oidc/", {"next": "https://evil.example.com/"})
    back = path_of(at_provider(begun, "grace"))
    assert "not begun in this browser" in sentence(Client().get(back))
    signed_in = client.get(back)
    assert signed_in["Location"] == "/"  # no redirect to elsewhere
    assert "not begun in this browser" in sentence(client.get(back))
    other = client.get("/sso/oidc/")
    state = dict(part.split("=") for part in other["Location"].split("?")[1].split("&"))["state"]
    assert "refuses the sign-in" in sentence(client.get("/sso/oidc/callback/", {"state": state, "code": "made-up"}))
    assert (
        AuditEntry.objects.filter(action="sign-in", outcome=AuditEntry.REFUSED).count() == 2
    )  # each reason once a minute


def test_two_tabs_sign_in_side_by_side(provider: Keycloak, client: Client) -> None:
    first, second = client.get("/sso/oidc/"), client.get("/sso/oidc/")
    assert client.get(path_of(at_provider(first, "grace"))).status_code == 302
    assert client.get(path_of(at_provider(second, "grace"))).status_code == 302


def test_somebody_deactivated_here_stays_out_with_the_reason(sign_in: SignIn, client: Client) -> None:
    sign_in(client, "grace")
    grace = User.objects.get(username="grace")
    grace.is_active = False
    grace.save()
    assert client.get("/").status_code == 302
    refused = sign_in(client, "grace")
    assert refused.status_code == 403
    assert "deactivated your account" in sentence(refused)
    end_access(grace)


def test_a_wrong_client_secret_is_named(sign_in: SignIn, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKAADMIN_OIDC_CLIENT_SECRET", "wrong")
    providers.read_providers.cache_clear()
    refused = sign_in(client, "grace")
    assert refused.status_code == 403
    assert "does not accept kafkaadmin's client id or secret" in sentence(refused).replace("&#x27;", "'")
    assert "wrong" not in sentence(refused).lower().replace("something went wrong", "")


def test_pasted_claims_are_tried_without_signing_anybody_in(
    provider: Keycloak, operators: Group, admin: Client
) -> None:
    claims = '{"sub": "7", "preferred_username": "<b>zoe</b>", "groups": ["kafka-team", "x"]}'
    page = sentence(admin.post("/people/sign-in-trial/", {"provider": "oidc", "claims": claims}))
    assert "&lt;b&gt;zoe&lt;/b&gt;" in page
    assert "operator on demo/orders.*" in page
    assert not User.objects.filter(username__contains="zoe").exists()
    wrong = admin.post("/people/sign-in-trial/", {"provider": "oidc", "claims": "{"})
    assert wrong.status_code == 422
    assert "Line 1, column 2: not JSON" in sentence(wrong)
