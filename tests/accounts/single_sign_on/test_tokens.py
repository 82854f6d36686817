"""Tokens that nobody should accept, and a provider that says that somebody signed out."""

import base64
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from accounts.models import AuditEntry, Identity
from accounts.single_sign_on import endpoints, flow, providers
from accounts.single_sign_on.claims import person_of
from accounts.single_sign_on.endpoints import Endpoints
from accounts.single_sign_on.errors import SignInRefused
from accounts.single_sign_on.id_tokens import LOGOUT, read_token
from accounts.single_sign_on.identities import user_for
from accounts.single_sign_on.middleware import IDENTITY
from accounts.single_sign_on.providers import Provider
from accounts.single_sign_on.renewal import is_current
from accounts.single_sign_on.views import ISSUED_AT, SESSION_ID
from core.encryption import SecretValues
from tests.conftest import signed_in

ISSUER, CLIENT = "http://127.0.0.1:1/realms/company", "kafkaadmin"
PROVIDER = Provider("oidc", ISSUER, CLIENT, label="Company account")
KEY, OTHER_KEY = RSAKey.generate_key(2048, {"kid": "a"}), RSAKey.generate_key(2048, {"kid": "b"})
NONE, BY_SECRET = b'{"alg":"none"}', b'{"alg":"HS256","kid":"a"}'
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CLAIMS = {"iss": ISSUER, "aud": CLIENT, "sub": "7", "iat": NOW.timestamp(), "exp": NOW.timestamp() + 60}


@pytest.fixture(autouse=True)
def known_keys() -> Iterator[None]:
    """Have the provider's key been fetched just now; no server answers there."""
    metadata = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}
    endpoints._kept[PROVIDER] = Endpoints(PROVIDER, metadata, KeySet([KEY]), time.monotonic())
    yield
    endpoints._kept.clear()
    endpoints._failed.clear()


def token(claims: dict[str, Any], key: Any = KEY, **header: str) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, claims, key, algorithms=["RS256", "HS256", "none"])


def test_a_genuine_token_is_read() -> None:
    assert read_token(PROVIDER, token(CLAIMS), NOW)["sub"] == "7"
    assert read_token(PROVIDER, token(CLAIMS | {"aud": ["other", CLIENT], "azp": CLIENT}), NOW)["sub"] == "7"
    assert read_token(PROVIDER, token(CLAIMS | {"exp": NOW.timestamp() - 30}), NOW)["sub"] == "7"  # clocks differ


def test_a_token_with_the_ten_thousand_groups_of_somebody_is_read() -> None:
    groups = [f"{number:08}-1111-2222-3333-444444444444" for number in range(9_000)]
    assert len(read_token(PROVIDER, token(CLAIMS | {"groups": groups}), NOW)["groups"]) == 9_000
    with pytest.raises(SignInRefused, match="too large"):
        read_token(PROVIDER, token(CLAIMS | {"groups": groups * 2}), NOW)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "https://evil.example.com"}, "another issuer"), ({"aud": "other"}, "another application"),
        ({"aud": []}, "another application"), ({"azp": "other"}, "issued to another application"),
        ({"exp": NOW.timestamp() - 120}, "expired"), ({"nbf": NOW.timestamp() + 600}, "not valid yet"),
        ({"iat": NOW.timestamp() + 600}, "not valid yet"), ({"exp": None}, "expire"), ({"iat": "x"}, ""),
        ({"exp": "tomorrow"}, ""), ({"aud": None}, ""), ({"iss": None}, ""),
    ],
)  # fmt: skip
def test_what_is_of_others_for_others_or_not_of_now_is_refused(changes: dict[str, Any], words: str) -> None:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    with pytest.raises(SignInRefused, match=words):
        read_token(PROVIDER, token(claims), NOW)


def unsigned() -> str:
    return f"{encoded(NONE)}.{token(CLAIMS).split('.')[1]}."


def by_the_public_key() -> str:
    """Return a token whose secret is what everybody knows: the provider's public key."""
    text = f"{encoded(BY_SECRET)}.{token(CLAIMS).split('.')[1]}"
    return f"{text}.{encoded(hmac.digest(KEY.as_pem(private=False), text.encode(), 'sha256'))}"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


FORGED: dict[str, Callable[[], str]] = {
    "by another key": lambda: token(CLAIMS, OTHER_KEY),
    "by another key under the known name": lambda: token(CLAIMS, OTHER_KEY, kid="a"),
    "by the public key as a secret": by_the_public_key,
    "without a signature": unsigned,
    "cut": lambda: token(CLAIMS)[:-9],
    "no token": lambda: "a.b.c",
    "nothing": lambda: "",
    "hostile": lambda: "\x00.é.<b>",
    "huge": lambda: "a" * 600_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", FORGED)
def test_what_the_provider_did_not_sign_is_refused(kind: str) -> None:
    with pytest.raises(SignInRefused):
        read_token(PROVIDER, FORGED[kind](), NOW)


def test_unknown_keys_do_not_let_every_thread_wait_for_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers can make up names of keys; a provider may take its time."""
    endpoints._kept[PROVIDER].fetched -= 60
    begun, go_on, fetched = threading.Event(), threading.Event(), []

    def fetch(provider: Provider) -> Endpoints:
        fetched.append(provider)
        begun.set()
        go_on.wait(10)
        return Endpoints(provider, {"issuer": ISSUER}, KeySet([KEY, OTHER_KEY]), time.monotonic())

    monkeypatch.setattr(endpoints, "fetch", fetch)
    monkeypatch.setattr(endpoints, "PATIENCE_SECONDS", 0.05)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(read_token, PROVIDER, token(CLAIMS, OTHER_KEY), NOW)
        assert begun.wait(10)
        for _ in range(3):
            with pytest.raises(SignInRefused, match="does not publish"):
                read_token(PROVIDER, token(CLAIMS, OTHER_KEY), NOW)
        assert read_token(PROVIDER, token(CLAIMS), NOW)["sub"] == "7"
        monkeypatch.setattr(endpoints, "PATIENCE_SECONDS", 10)
        second = pool.submit(read_token, PROVIDER, token(CLAIMS, OTHER_KEY), NOW)
        go_on.set()
        assert [each.result(10)["sub"] for each in (first, second)] == ["7", "7"]
        assert len(fetched) == 1


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KAFKAADMIN_OIDC_ISSUER", ISSUER)
    monkeypatch.setenv("KAFKAADMIN_OIDC_CLIENT_ID", CLIENT)
    providers.read_providers.cache_clear()
    yield
    providers.read_providers.cache_clear()


@pytest.mark.django_db
def test_a_session_of_thousands_is_ended_by_looking_at_each_once(
    configured: None, django_assert_max_num_queries: Any
) -> None:
    users = User.objects.bulk_create([User(username=f"user{number}") for number in range(50)])
    Identity.objects.bulk_create([
        Identity(user=user, provider="oidc", subject=user.username, checked_at=timezone.now()) for user in users
    ])  # fmt: skip
    browser = with_session(users[7], Identity.objects.get(user=users[7]), "s7")
    now = timezone.now().timestamp()
    logout = {"events": {LOGOUT: {}}, "iat": now, "exp": now + 60, "iss": ISSUER, "aud": CLIENT, "sid": "s7"}
    with django_assert_max_num_queries(10):
        Client().post("/sso/oidc/back-channel-logout/", {"logout_token": token(logout)})
    assert "/login/" in browser.get("/")["Location"]


@pytest.mark.django_db
def test_sessions_end_when_the_provider_says_so(configured: None) -> None:
    user, now = User.objects.create_user("grace"), timezone.now()
    identity = Identity.objects.create(user=user, provider="oidc", subject="7", checked_at=now)
    browsers = {name: with_session(user, identity, name) for name in ("s1", "s2")}
    events = {"events": {LOGOUT: {}}, "iat": now.timestamp(), "exp": now.timestamp() + 60, "iss": ISSUER, "aud": CLIENT}

    def told(claims: dict[str, Any]) -> int:
        path = "/sso/oidc/back-channel-logout/"
        return Client(enforce_csrf_checks=True).post(path, {"logout_token": token(claims)}).status_code

    def inside() -> list[str]:
        return [name for name, browser in browsers.items() if browser.get("/").status_code == 200]

    assert told(events | {"sub": "7", "nonce": "x"}) == 400  # that is an ID token
    assert told({**events, "events": {}, "sub": "7"}) == 400
    assert told(events) == 400
    assert told(events | {"sub": "8"}) == 200
    assert inside() == ["s1", "s2"]
    assert told(events | {"sid": "s1"}) == 200
    assert inside() == ["s2"]
    assert told(events | {"sub": "7"}) == 200
    assert inside() == []
    browsers["s3"] = with_session(user, identity, "s3", issued_at=now.timestamp() + 5)
    assert told(events | {"sub": "7"}) == 200  # the same token, sent again
    assert inside() == ["s3"]


@pytest.fixture
def working(configured: None) -> Identity:
    """Somebody about whom the provider is to be asked again."""
    endpoints._kept[PROVIDER].metadata = {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"}
    endpoints._kept[providers.configured()["oidc"]] = endpoints._kept[PROVIDER]
    user, asked_at = User.objects.create_user("grace"), timezone.now() - timedelta(minutes=2)
    identity = Identity(user=user, provider="oidc", subject="7", groups=["kafka-team"], checked_at=asked_at)
    identity.secrets = SecretValues({"refresh_token": "first"})
    identity.save()
    return identity


@pytest.mark.django_db
def test_a_refresh_token_that_may_be_used_once_is_replaced_whatever_else_came(
    working: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "post", lambda *_: (200, {"id_token": "a.b.c", "refresh_token": "second"}))
    assert is_current(working, timezone.now())
    working.refresh_from_db()
    assert (working.secrets["refresh_token"], working.groups) == ("second", ["kafka-team"])


@pytest.mark.django_db
def test_a_refresh_token_goes_to_no_other_provider_of_that_name(
    working: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another realm under the same name: whoever runs it must not get the tokens of the former one."""
    sent: list[object] = []

    def post(*arguments: object) -> tuple[int, dict[str, str]]:
        sent.append(arguments)
        return 200, {}

    monkeypatch.setattr(flow, "post", post)
    working.secrets = SecretValues({"refresh_token": "first", "issuer": "https://former.example.com"})
    assert not is_current(working, timezone.now())
    assert sent == []
    user, identity = user_for(PROVIDER, person_of({"sub": "7"}, PROVIDER), "second", timezone.now())
    assert (user, identity.secrets["issuer"], identity.secrets["refresh_token"]) == (working.user, ISSUER, "second")
    assert is_current(identity, timezone.now())


@pytest.mark.django_db
def test_who_signs_in_anew_is_not_ended_by_a_question_about_before(
    working: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: object) -> tuple[int, dict[str, Any]]:
        user_for(PROVIDER, person_of({"sub": "7", "email": "grace"}, PROVIDER), "of the new sign-in", timezone.now())
        return 400, {"error": "invalid_grant"}

    monkeypatch.setattr(flow, "post", meanwhile)
    assert is_current(working, timezone.now())
    working.refresh_from_db()
    assert (working.secrets["refresh_token"], working.ended) == ("of the new sign-in", False)


@pytest.mark.django_db
def test_strangers_do_not_fill_the_audit_log_with_words_of_their_own(configured: None, client: Client) -> None:
    kept = endpoints._kept[PROVIDER]
    kept.metadata = {"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorization"}
    endpoints._kept[providers.configured()["oidc"]] = kept
    for number in range(15):
        state = parse_qs(client.get("/sso/oidc/")["Location"])["state"][0]
        refused = {"state": state, "error": "access_denied", "error_description": f"reason {number}"}
        assert client.get("/sso/oidc/callback/", refused).status_code == 403
        assert client.get("/sso/oidc/callback/", refused).status_code == 403, "a state counts once"
    assert AuditEntry.objects.count() == 10


@pytest.mark.django_db
def test_an_id_token_with_all_groups_of_a_company_is_not_kept(
    configured: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = {"issuer": ISSUER, **{f"{name}_endpoint": f"{ISSUER}/{name}" for name in ("authorization", "token")}}
    kept = endpoints._kept[PROVIDER]
    kept.metadata = {**metadata, "end_session_endpoint": f"{ISSUER}/end"}
    endpoints._kept[providers.configured()["oidc"]] = kept
    begun = parse_qs(client.get("/sso/oidc/")["Location"])
    assert client.session.get_expiry_age() <= 900, "strangers can begin as many as they like"
    now = timezone.now().timestamp()
    groups = [f"group {number}" for number in range(5_000)]
    claims = CLAIMS | {"iat": now, "exp": now + 60, "nonce": begun["nonce"][0], "email": "grace", "groups": groups}
    monkeypatch.setattr(flow, "post", lambda *_: (200, {"id_token": token(claims)}))
    assert client.get("/sso/oidc/callback/", {"state": begun["state"][0], "code": "x"}).status_code == 302
    assert len(Session.objects.get().session_data) < 1_000
    assert client.session.get_expiry_age() > 900
    page = client.post("/logout/").content.decode()
    assert f"{ISSUER}/end?post_logout" in page
    assert "id_token_hint" not in page


def with_session(user: User, identity: Identity, session_id: str, issued_at: float = 0) -> Client:
    browser = signed_in(user)
    session = browser.session
    session.update({IDENTITY: identity.pk, SESSION_ID: session_id, ISSUED_AT: issued_at})
    session.save()
    return browser
