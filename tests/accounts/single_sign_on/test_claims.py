"""Who somebody is by a provider's claims, and how providers are configured."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import CompanyGroup, Identity
from accounts.single_sign_on.claims import MOST_GROUPS, ClaimError, at_path, groups_in, omits_groups, person_of
from accounts.single_sign_on.flow import refusal_of
from accounts.single_sign_on.identities import place_everybody, user_for
from accounts.single_sign_on.providers import Provider, of_file
from tests.conftest import signed_in

PROVIDER = Provider("oidc", "https://sso.example.com", "kafkaadmin")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


@pytest.mark.parametrize(
    ("value", "groups"),
    [
        (["a", "b", "a"], ("a", "b")), ("a, b", ("a", "b")), ([{"name": "a"}, {"id": 7}, 7, None, " "], ("a",)),
        (None, ()), ({"a": 1}, ()), ([], ()), ([str(number) for number in range(30_000)], MOST_GROUPS),
    ],
)  # fmt: skip
def test_groups_are_read_as_providers_have_them(value: Any, groups: Any) -> None:
    read = groups_in(value)
    assert (len(read) if isinstance(groups, int) else read) == groups


def test_google_gives_what_it_is_asked_by_again_in_its_own_way() -> None:
    assert PROVIDER.authorization == {"scope": "openid profile email offline_access"}
    google = replace(PROVIDER, issuer="https://accounts.google.com").authorization
    assert google == {"scope": "openid profile email", "access_type": "offline", "prompt": "consent"}


def test_claims_are_found_by_paths_also_where_names_have_dots() -> None:
    claims = {"realm_access": {"roles": ["x"]}, "https://example.com/groups": ["y"], "a": "text"}
    assert at_path(claims, "realm_access.roles") == ["x"]
    assert at_path(claims, "https://example.com/groups") == ["y"]
    assert at_path(claims, "a.b") is None


def test_a_name_is_found_where_the_configured_claim_is_missing() -> None:
    assert person_of({"sub": "7", "email": "g@example.com"}, PROVIDER).username == "g@example.com"
    assert person_of({"sub": 7}, PROVIDER).username == "7"


@pytest.mark.parametrize("claims", [{}, {"preferred_username": "x"}, {"sub": ""}, {"sub": True}, {"sub": "1" * 300},
                                    {"sub": "1", "preferred_username": "a\x00b"}, {"sub": "1\x00", "email": "x"},
                                    {"sub": "\ud800", "email": "x"},
                                    {"sub": "1", "preferred_username": "\ufdfa" * 20}])  # fmt: skip
def test_who_is_nobody_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(ClaimError):
        person_of(claims, PROVIDER)


@given(st.dictionaries(st.sampled_from(["sub", "preferred_username", "groups", "email", "given_name"]), JSON))
def test_whatever_claims_say_somebody_has_a_name_or_is_refused(claims: dict[str, Any]) -> None:
    try:
        person = person_of(claims, PROVIDER)
    except ClaimError:
        return
    assert 0 < len(person.username) <= 150
    assert all(isinstance(group, str) for group in person.groups)


def test_what_no_database_stores_and_no_page_shows_is_left_out() -> None:
    person = person_of({"sub": "1", "groups": ["a\x00", "\ud800", "b"], "given_name": "G\x00\ud800r"}, PROVIDER)
    assert (person.groups, person.first_name) == (("b",), "Gr")
    response = {"error": "x", "error_description": "no\x00\ud800t now"}
    assert refusal_of(PROVIDER, response)[0] == "oidc refuses the sign-in: not now."


@pytest.mark.django_db
def test_a_name_that_is_only_drawn_differently_is_no_other_name() -> None:
    User.objects.create_superuser("ada")
    for subject, name in (("1", "\uff41\uff44\uff41"), ("2", "\uff21\uff24\uff21")):
        person = person_of({"sub": subject, "preferred_username": name}, PROVIDER)
        assert person.username.lower() == "ada"
    user, _ = user_for(PROVIDER, person, "", timezone.now())
    assert user.username == "ADA@oidc"


@pytest.mark.django_db
def test_sessions_that_began_with_a_password_end_when_passwords_are_switched_off(settings: Any) -> None:
    browsers = [signed_in(User.objects.create_superuser("root")), signed_in(User.objects.create_user("vera"))]

    def inside() -> list[bool]:
        return [browser.get("/").status_code == 200 for browser in browsers]

    assert inside() == [True, True]
    settings.LOCAL_SIGN_IN = "superusers"
    assert inside() == [True, False]
    settings.LOCAL_SIGN_IN = "nobody"
    assert inside() == [False, False]


def written(tmp_path: Path, text: str) -> str:
    (tmp_path / "sign-in.yaml").write_text(text)
    return str(tmp_path / "sign-in.yaml")


def test_several_providers_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("OKTA_SECRET", "from a variable")
    text = f"""
providers:
  - {{name: keycloak, issuer: https://a.example.com, client_id: k, client_secret_file: {tmp_path}/secret,
      groups_claim: realm_access.roles}}
  - {{name: okta, label: Okta, issuer: https://b.example.com, client_id: o, client_secret_variable: OKTA_SECRET}}
"""
    keycloak, okta = of_file(written(tmp_path, text))
    assert (keycloak.client_secret, keycloak.groups_claim, keycloak.title) == (
        "from a file", "realm_access.roles", "keycloak",
    )  # fmt: skip
    assert (okta.client_secret, okta.title) == ("from a variable", "Okta")
    assert "from a" not in repr([keycloak, okta])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be read"), ("a: 1", "none of the keys"), ("providers: [1]", "no list of providers"),
        ("providers: [{name: x}]", "issuer, client_id is missing"),
        ("providers: [{name: x, issuer: a, client_id: b}]", "must be an https:// URL"),
        ("providers: [{name: X/, issuer: 'https://a', client_id: b}]", "small letters"),
        ("providers: [{name: x, issuer: 'https://a', client_id: b, clientSecret: c}]", "unknown field clientSecret"),
        ("providers: [{name: x, issuer: 'https://a', client_id: b, scopes: [openid]}]", "scopes must be one text"),
        ("providers: [{name: x, issuer: 'https://a', client_id: b, ca_file: /none}]", "/none cannot be read"),
        ("providers: [{name: x, issuer: 'https://a', client_id: b, client_secret_variable: NONE}]", "NONE is not set"),
    ],
)  # fmt: skip
def test_of_a_wrong_file_it_is_said_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        of_file(written(tmp_path, text))


def test_what_is_wrong_is_told_by_the_check(tmp_path: Path, settings: Any) -> None:
    settings.SIGN_IN_FILE = written(tmp_path, "providers: [{name: x}]")
    settings.PROXY_USER_HEADER, settings.PROXY_ADDRESSES = "X-User", []
    messages = " ".join(str(message) for message in run_checks())
    assert "issuer, client_id is missing" in messages
    assert "KAFKAADMIN_PROXY_ADDRESSES" in messages


@pytest.mark.parametrize(
    ("claims", "name", "account"),
    [
        ({"email": "boss@example.com", "email_verified": False}, "7", ""),
        ({"email": "boss@example.com", "email_verified": "false", "upn": "grace"}, "grace", ""),
        ({"email": "grace@example.com", "email_verified": True}, "grace@example.com", "grace@example.com"),
        ({"email": "grace@example.com"}, "grace@example.com", "grace@example.com"),
    ],
)
def test_an_address_that_is_not_verified_is_nobodys_name(claims: dict[str, Any], name: str, account: str) -> None:
    provider = Provider("oidc", "https://sso.example.com", "kafkaadmin", username_claim="email")
    person = person_of({"sub": "7", **claims}, provider)
    assert (person.username, person.account_name) == (name, account)


@pytest.mark.parametrize(
    ("claims", "is_omitted"),
    [
        ({"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://graph"}}}, True),
        ({"hasgroups": "true"}, True), ({"_claim_names": {"groups": "src1"}, "groups": ["a"]}, False),
        ({"_claim_names": {"roles": "src1"}}, False), ({"_claim_names": 7}, False), ({}, False),
        ({"groups": []}, False),
    ],
)  # fmt: skip
def test_groups_that_do_not_fit_into_a_token_are_noticed(claims: dict[str, Any], is_omitted: bool) -> None:
    assert omits_groups(claims, PROVIDER) is is_omitted


@pytest.mark.django_db
def test_thousands_are_placed_with_a_few_statements(django_assert_max_num_queries: Any) -> None:
    """It happens while somebody waits for a page, and nobody else can write to SQLite."""
    users = User.objects.bulk_create([User(username=f"user{number}") for number in range(1_200)])
    Identity.objects.bulk_create([
        Identity(user=user, provider="oidc", subject=user.username, groups=["a", "b"], checked_at=timezone.now())
        for user in users
    ])  # fmt: skip
    first, second = (Group.objects.create(name=name) for name in ("first", "second"))
    first.identities.set(Identity.objects.all())
    CompanyGroup.objects.create(team=second, name="a", provider="oidc")
    CompanyGroup.objects.create(team=first, name="b", provider="other")
    with django_assert_max_num_queries(20):
        place_everybody()
    assert (first.identities.count(), second.identities.count()) == (0, 1_200)


@pytest.mark.django_db
def test_passwords_can_be_kept_to_superusers_and_to_nobody(client: Client, settings: Any) -> None:
    User.objects.create_superuser("root", password="correct horse")
    User.objects.create_user("vera", password="correct horse")

    def enters(name: str) -> bool:
        return Client().post("/login/", {"username": name, "password": "correct horse"}).status_code == 302

    assert (enters("root"), enters("vera")) == (True, True)
    settings.LOCAL_SIGN_IN = "superusers"
    assert (enters("root"), enters("vera")) == (True, False)
    settings.LOCAL_SIGN_IN = "nobody"
    assert (enters("root"), enters("vera")) == (False, False)
    assert "Nobody can sign in" in client.get("/login/").content.decode()
