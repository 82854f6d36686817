"""Access tokens of a company's provider at the API: whose they are, what they cover, and which are refused."""

import base64
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from accounts.models import AuditEntry, CompanyGroup, Grant, Identity
from accounts.single_sign_on import endpoints, providers
from accounts.single_sign_on.endpoints import Endpoints
from api.models import Token
from clusters.models import Cluster
from tests.api.conftest import V1, Program

pytestmark = pytest.mark.django_db
ISSUER = "http://127.0.0.1:1/realms/company"
KEY, NEXT_KEY = RSAKey.generate_key(2048, {"kid": "a"}), RSAKey.generate_key(2048, {"kid": "b"})
SHARED = OctKey.import_key("s" * 32, {"kid": "a"})
TOPICS = f"{V1}/clusters/dev/topics"


@pytest.fixture(autouse=True)
def team() -> Group:
    Cluster.objects.create(slug="dev", name="dev", bootstrap_servers="127.0.0.1:1")
    team = Group.objects.create(name="team")
    Grant.objects.create(group=team, role="operator", clusters="dev")
    CompanyGroup.objects.create(team=team, name="kafka-team", provider="oidc")
    return team


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return what configures the provider; its key has been fetched just now."""

    def act(**values: str) -> None:
        for name, value in {"ISSUER": ISSUER, "CLIENT_ID": "web", "API_AUDIENCE": "kafka-api", **values}.items():
            monkeypatch.setenv(f"KAFKAADMIN_OIDC_{name}", value)
        providers.read_providers.cache_clear()
        provider = providers.configured()["oidc"]
        endpoints._kept[provider] = Endpoints(provider, {"issuer": ISSUER}, KeySet([KEY]), time.monotonic())

    yield act
    providers.read_providers.cache_clear()
    endpoints._kept.clear()
    endpoints._failed.clear()


def signed(key: Any = KEY, alg: str = "RS256", **changes: Any) -> Program:
    now = timezone.now().timestamp()
    claims = {
        "iss": ISSUER, "aud": ["kafka-api", "account"], "azp": "robot", "sub": "7", "preferred_username": "robot",
        "groups": ["kafka-team"], "iat": now, "exp": now + 60, **changes,
    }  # fmt: skip
    header = {"alg": alg, "kid": key.kid}
    return Program(jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, key, algorithms=[alg]))


def test_a_token_of_the_provider_may_read_what_its_groups_may(configure: Callable[..., None]) -> None:
    configure()
    robot = signed()
    assert robot.get(TOPICS)["items"] == []
    assert robot.get(f"{V1}/me")["username"] == "robot"
    user = User.objects.get(username="robot")
    assert not user.has_usable_password()
    refused = robot("DELETE", f"{TOPICS}/orders")
    assert refused.status_code == 403
    entry = AuditEntry.objects.first()
    assert entry
    assert entry.username == "robot"
    assert entry.detail.endswith("By token “Company account”.")
    assert not Token.objects.exists()
    assert signed(groups=[])("GET", TOPICS).status_code == 404
    assert signed(groups=None).get(TOPICS)["items"] == []  # those of the sign-in
    assert User.objects.count() == 1


def test_the_scope_can_be_all_that_the_owner_may(configure: Callable[..., None]) -> None:
    configure(API_SCOPE="all")
    assert signed()("DELETE", f"{TOPICS}/orders?dry_run=1").status_code != 403
    assert signed()("GET", f"{V1}/people").status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "https://evil.example.com"}, "of an issuer whose tokens are not accepted"),
        ({"aud": "web"}, "meant for another application"), ({"aud": None}, "meant for another application"),
        ({"exp": 1}, "expired"), ({"exp": None}, "when it expires"), ({"key": SHARED, "alg": "HS256"}, "signature"),
        ({"key": NEXT_KEY}, "by a key that the provider does not publish"), ({"typ": "ID"}, "no access token"),
        ({"nonce": "x"}, "no access token"),
        ({"at_hash": "x"}, "no access token"), ({"sub": None}, "does not say who you are"),
    ],
)  # fmt: skip
def test_what_is_not_for_the_api_is_refused_in_a_sentence(
    configure: Callable[..., None], changes: dict[str, Any], words: str
) -> None:
    configure()
    program = signed(**changes)
    response = program("GET", TOPICS)
    assert response.status_code == 401
    assert words in response.json()["detail"]
    assert not User.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome) == ("sign-in", "refused")
    assert program.secret not in entry.detail


def test_a_token_without_a_signature_or_form_is_refused(configure: Callable[..., None]) -> None:
    configure()
    head, body, _ = signed().secret.split(".")
    nested = base64.urlsafe_b64encode(b"[" * 3_000).rstrip(b"=").decode()
    for secret in (
        f"{head}.{nested}.x",
        f"{nested}.{body}.x",
        f"eyJhbGciOiJub25lIn0.{body}.",
        f"{head}.{body}.",
        "a.b.c",
        "..",
        f"{head}.e30.x",
        f"{head}.Wzdd.x",
    ):
        assert Program(secret)("GET", TOPICS).status_code == 401


def test_without_an_audience_no_token_of_the_provider_is_accepted(configure: Callable[..., None]) -> None:
    configure(API_AUDIENCE="")
    assert signed()("GET", TOPICS).status_code == 401
    assert signed(aud="")("GET", TOPICS).status_code == 401


def test_a_rotated_key_is_fetched_and_the_old_one_refused(
    configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure()
    provider = providers.configured()["oidc"]
    later = Endpoints(provider, {"issuer": ISSUER}, KeySet([NEXT_KEY]), time.monotonic())
    monkeypatch.setattr(endpoints, "fetch", lambda _: later)
    endpoints._kept[provider].fetched -= 60
    assert signed(key=NEXT_KEY).get(TOPICS)["items"] == []
    assert signed()("GET", TOPICS).status_code == 401


def test_who_is_deactivated_or_gone_from_the_provider_is_refused(configure: Callable[..., None]) -> None:
    configure()
    assert signed()("GET", TOPICS).status_code == 200
    Identity.objects.update(ended=True, checked_at=timezone.now() + timedelta(minutes=1))
    assert "not signed in at their company" in signed()("GET", TOPICS).json()["detail"]
    Identity.objects.update(ended=False)
    User.objects.update(is_active=False)
    assert "deactivated" in signed()("GET", TOPICS).json()["detail"]
