"""The second factor of users with a password of kafkaadmin's own, from the sign-in page to the audit log."""

import base64
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp.oath import totp

from accounts.models import AuditEntry, Grant, Passkey, SecondFactor
from accounts.second_factor.pending import PENDING
from accounts.second_factor.places import Place, place_of
from accounts.second_factor.policy import policy, policy_of_file
from api.kit import tokens
from api.models import Token
from core.encryption import SecretValues
from kafkaadmin.cli import main
from tests.api.conftest import V1, program_of
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-passphrase"
ACCOUNT = "/account/second-factor/"


@pytest.fixture
def pat(db: None) -> User:
    user = User.objects.create_user("pat", password=PASSWORD)
    Grant.objects.create(user=user, role="viewer")
    return user


@pytest.fixture(autouse=True)
def _no_file_of_another_test() -> Iterator[None]:
    yield
    policy_of_file.cache_clear()


def code_of(key: str, step: int = 0) -> str:
    """Return what the app shows, some steps of 30 seconds from now."""

    return f"{totp(base64.b32decode(key), drift=step):06}"


def key_on(page: str) -> str:
    """Return the key that a page shows for typing."""
    key = re.search(r'translate="no">([A-Z2-7 ]+)<', page)
    assert key, page
    return key[1].replace(" ", "")


def recovery_codes_on(page: str) -> list[str]:
    return [code.replace(" ", "") for code in re.findall(r"<li>([a-z2-7 ]{19})</li>", page)]


def give_password(client: Client, username: str = "pat", **fields: str) -> str:
    """Sign in with the password, and return where that leads."""
    response = client.post("/login/", {"username": username, "password": PASSWORD, **fields})
    assert response.status_code == 302, response.content
    return str(response.headers["Location"])


def with_app(user: User, key: str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") -> str:
    """Let a user have set up an authenticator app; return its key."""
    values: dict[str, Any] = {"user": user, "secrets": SecretValues({"key": key}), "set_up_at": timezone.now()}
    SecondFactor.objects.create(**values)
    return key


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def test_a_session_by_a_password_asks_nothing_more_and_ends_once_there_is_a_factor(pat: User) -> None:
    client = Client()
    give_password(client)
    with CaptureQueriesContext(connection) as queries:
        assert is_signed_in(client)
    of_users = [query["sql"] for query in queries if "accounts_secondfactor" in query["sql"]]
    assert len(of_users) == 1, "with the user"
    assert not any("secrets" in sql for sql in of_users)
    with_app(pat)
    assert not is_signed_in(client)


def test_a_user_sets_up_an_app_and_is_asked_for_its_codes_from_then_on(pat: User) -> None:
    client, other = Client(), Client()
    give_password(client)
    give_password(other)
    key = key_on(client.get(f"{ACCOUNT}set-up/").content.decode())
    drawn = client.get(f"{ACCOUNT}qr.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert key_on(client.get(f"{ACCOUNT}set-up/").content.decode()) == key, "loading the page again keeps the key"
    wrong = client.post(f"{ACCOUNT}set-up/", {"code": "000000", "password": "not-it"})
    assert wrong.status_code == 422
    assert "Wrong code." in wrong.content.decode()
    assert "Wrong password." in wrong.content.decode()
    made = client.post(f"{ACCOUNT}set-up/", {"code": code_of(key), "password": PASSWORD})
    assert made.status_code == 201
    assert len(recovery_codes_on(made.content.decode())) == 10
    assert key not in str(list(SecondFactor.objects.values_list())), "the key is encrypted at rest"
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert "10 recovery codes left" in client.get(ACCOUNT).content.decode()
    new = Client()
    assert give_password(new, next="/people/") == "/login/code/"
    assert not is_signed_in(new)
    replayed = new.post("/login/code/", {"code": code_of(key)})
    assert replayed.status_code == 422, "the code that set it up does not count twice"
    response = new.post("/login/code/", {"code": code_of(key, 1)})
    assert (response.status_code, response.headers["Location"]) == (302, "/people/")
    assert is_signed_in(new)
    said = list(AuditEntry.objects.filter(action="sign-in").order_by("pk").values_list("outcome", "detail"))[-2:]
    assert said == [
        ("refused", "Wrong code of the second factor."), ("done", "With a code of the authenticator app."),
    ]  # fmt: skip


def test_a_recovery_code_signs_in_once(pat: User) -> None:
    client = Client()
    give_password(client)
    key = key_on(client.get(f"{ACCOUNT}set-up/").content.decode())
    page = client.post(f"{ACCOUNT}set-up/", {"code": code_of(key), "password": PASSWORD}).content.decode()
    code = recovery_codes_on(page)[0]
    for expected in (302, 422):
        new = Client()
        give_password(new)
        assert new.post("/login/code/", {"code": f"{code[:4]} {code[4:]}".upper()}).status_code == expected
    assert client.post(ACCOUNT, {"form": "codes", "password": "not-it"}).status_code == 422
    renewed = client.post(ACCOUNT, {"form": "codes", "password": PASSWORD})
    assert renewed.status_code == 201
    new = Client()
    give_password(new)
    assert new.post("/login/code/", {"code": recovery_codes_on(page)[1]}).status_code == 422, "former ones are void"
    assert new.post("/login/code/", {"code": recovery_codes_on(renewed.content.decode())[1]}).status_code == 302


def test_wrong_codes_lock_the_second_factor_whatever_address_they_come_from(pat: User) -> None:
    key = with_app(pat)
    for number in range(10):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        give_password(client)
        assert client.post("/login/code/", {"code": "12"}).status_code == 422
    client = Client()
    give_password(client)
    locked = client.post("/login/code/", {"code": code_of(key)})
    assert (locked.status_code, is_signed_in(client)) == (429, False)
    assert AuditEntry.objects.filter(detail__startswith="Too many wrong codes").count() == 1
    SecondFactor.objects.update(failed_at=timezone.now() - timedelta(minutes=15))
    assert client.post("/login/code/", {"code": code_of(key)}).status_code == 302


def test_the_second_step_belongs_to_the_password_that_was_given_and_expires(pat: User) -> None:
    key = with_app(pat)
    client = Client()
    assert client.get("/login/code/").headers["Location"] == "/login/"
    give_password(client)
    pat.set_password("another-long-passphrase")
    pat.save()
    assert client.post("/login/code/", {"code": code_of(key)}).headers["Location"] == "/login/"
    pat.set_password(PASSWORD)
    pat.save()
    give_password(client)
    session = client.session
    session[PENDING] = {**session[PENDING], "at": time.time() - 601}
    session.save()
    assert client.post("/login/code/", {"code": code_of(key)}).headers["Location"] == "/login/"
    assert not is_signed_in(client)


def test_where_it_is_required_there_is_no_page_before_it_is_set_up(pat: User, settings: Any) -> None:
    earlier = Client()
    give_password(earlier)
    settings.SECOND_FACTOR = "everybody"
    assert not is_signed_in(earlier), "a session by a password alone is over"
    client = Client()
    assert give_password(client, next="/settings/") == "/login/second-factor/"
    for path in ("/", "/settings/", ACCOUNT, f"{ACCOUNT}set-up/", "/people/password/", "/account/tokens/new/"):
        assert client.get(path).headers["Location"].startswith("/login/"), path
    key = key_on(client.get("/login/second-factor/").content.decode())
    assert client.get(f"{ACCOUNT}qr.svg").status_code == 200
    assert client.post("/login/second-factor/", {"code": "123"}).status_code == 422
    made = client.post("/login/second-factor/", {"code": code_of(key)})
    assert made.status_code == 201
    assert 'href="/settings/"' in made.content.decode()
    assert is_signed_in(client)
    (entry,) = AuditEntry.objects.filter(action="second-factor.set-up")
    assert entry.username == "pat"
    assert "Remove second factor" not in client.get(ACCOUNT).content.decode()
    client.post(ACCOUNT, {"form": "remove", "password": PASSWORD})
    assert SecondFactor.objects.count() == 1


def test_who_knows_the_password_alone_cannot_replace_what_was_set_up_since(pat: User, settings: Any) -> None:
    settings.SECOND_FACTOR = "everybody"
    client = Client()
    give_password(client)
    key = key_on(client.get("/login/second-factor/").content.decode())
    owners = with_app(pat, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR")
    assert client.post("/login/second-factor/", {"code": code_of(key)}).headers["Location"] == "/login/"
    assert SecondFactor.objects.get().secrets == {"key": owners}
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("value", "leads_to"),
    [("voluntary", "/"), ("administrators", "/login/second-factor/"), ("everybody", "/login/second-factor/")],
)
def test_the_policy_says_of_whom_it_is_required(value: str, leads_to: str, settings: Any) -> None:
    settings.SECOND_FACTOR = value
    User.objects.create_superuser("root", password=PASSWORD)
    Grant.objects.create(user=User.objects.create_user("mia", password=PASSWORD), role="admin", clusters="dev-*")
    Grant.objects.create(user=User.objects.create_user("pat", password=PASSWORD), role="operator")
    assert [give_password(Client(), name) for name in ("root", "mia")] == [leads_to, leads_to]
    assert give_password(Client(), "pat") == ("/login/second-factor/" if value == "everybody" else "/")


def test_the_sign_in_file_has_the_policy_too(tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "sign-in.yaml"
    file.write_text("second_factor: administrators\n")
    settings.SIGN_IN_FILE = str(file)
    assert policy() == "administrators"
    settings.SECOND_FACTOR = "everybody"
    assert policy() == "everybody"


def test_one_removes_ones_own_with_the_password(pat: User) -> None:
    key, client = with_app(pat), Client()
    give_password(client)
    client.post("/login/code/", {"code": code_of(key)})
    assert client.post(ACCOUNT, {"form": "remove", "password": "not-it"}).status_code == 422
    assert client.post(ACCOUNT, {"form": "remove", "password": PASSWORD}).status_code == 302
    assert is_signed_in(client)
    assert give_password(Client()) == "/"


def test_a_new_password_keeps_the_session_of_both_factors(pat: User) -> None:
    key, client = with_app(pat), Client()
    give_password(client)
    client.post("/login/code/", {"code": code_of(key)})
    new = {"old_password": PASSWORD, "new_password1": "quite-another-phrase", "new_password2": "quite-another-phrase"}
    assert client.post("/people/password/", new).status_code == 302
    assert is_signed_in(client)


def test_an_administrator_resets_what_somebody_has_lost_and_never_their_own(pat: User, settings: Any) -> None:
    key, client = with_app(pat), Client()
    give_password(client)
    client.post("/login/code/", {"code": code_of(key)})
    root = User.objects.create_superuser("root")
    with_app(root)
    admin = signed_in(root)
    session = admin.session
    session["second_factor_passed"] = True
    session.save()
    assert admin.post(f"/people/{root.pk}/", {"form": "second-factor"}).status_code == 403
    assert "Reset second factor" not in admin.get(f"/people/{root.pk}/").content.decode()
    assert "Reset second factor" in admin.get(f"/people/{pat.pk}/").content.decode()
    assert admin.post(f"/people/{pat.pk}/", {"form": "second-factor"}).status_code == 302
    assert list(SecondFactor.objects.values_list("user__username", flat=True)) == ["root"]
    assert not is_signed_in(client)
    entry = AuditEntry.objects.filter(action="people.manage", outcome="done").get()
    assert (entry.username, entry.resource, entry.steps[0]["before"]) == ("root", "pat", "second factor")


def test_the_api_resets_it_and_tokens_go_on_without_one(pat: User, settings: Any) -> None:
    settings.SECOND_FACTOR = "everybody"
    rita = User.objects.create_superuser("rita")
    with_app(rita)
    with_app(pat)
    program = program_of(rita)
    path = f"{V1}/people/pat/second-factor"
    assert program.get(f"{V1}/people/pat")["has_second_factor"]
    assert program("DELETE", f"{path}?dry_run=true").json()["steps"][0]["before"] == "second factor"
    assert program("DELETE", f"{V1}/people/rita/second-factor").status_code == 403
    assert program("DELETE", path).json()["done"]
    assert program("DELETE", path).status_code == 404
    token = Token(user=pat, name="pipeline", scope=Token.ALL)
    secret = tokens.issue(token)
    assert Client().get(f"{V1}/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_password_alone_opens_no_api(pat: User) -> None:
    with_app(pat)
    client = Client()
    give_password(client)
    assert client.get(f"{V1}/me").status_code == 401
    assert client.get("/v3/kafka", REMOTE_ADDR="10.0.0.1").status_code in {401, 403}


@pytest.mark.django_db(transaction=True)
def test_the_command_line_resets_it_where_nobody_gets_in_any_more() -> None:
    with_app(User.objects.create_user("pat"))
    result = CliRunner().invoke(main, ["people", "reset-second-factor", "pat"])
    assert result.exit_code == 0, result.output
    assert not SecondFactor.objects.exists()
    assert AuditEntry.objects.get().steps[0] == {"subject": "pat", "before": "second factor", "after": None}
    again = CliRunner().invoke(main, ["people", "reset-second-factor", "pat"])
    assert "no second factor" in again.output


def with_passkey(user: User) -> Passkey:
    values = {"credential_id": "AAAA", "public_key": "AAAA", "added_at": timezone.now()}
    return Passkey.objects.create(factor=user.second_factor, name="blue", **values)


def test_what_is_no_passkey_is_counted_as_a_wrong_code(pat: User) -> None:
    key = with_app(pat)
    with_passkey(pat)
    client = Client()
    assert client.post("/login/passkey/", {"credential": "{}"}).headers["Location"] == "/login/"
    give_password(client)
    assert "data-passkey" not in client.get("/login/code/", headers={"Host": "127.0.0.1"}).content.decode()
    for credential in ("", "{}", "[", '{"id": 1}', '{"id": "AAAA", "rawId": "AAAA", "type": "public-key"}') * 2:
        page = client.get("/login/code/", headers={"Host": "localhost"}).content.decode()
        assert "data-passkey" in page
        wrong = client.post("/login/passkey/", {"credential": credential}, headers={"Host": "localhost"})
        assert wrong.status_code == 422
    assert SecondFactor.objects.get().failures == 10
    assert client.post("/login/code/", {"code": code_of(key)}).status_code == 429
    assert AuditEntry.objects.filter(detail="Wrong passkey.").count() == 10


def test_a_passkey_is_added_and_removed_with_the_password_only(pat: User) -> None:
    key, client = with_app(pat), Client(SERVER_NAME="localhost")
    passkey = with_passkey(pat)
    give_password(client)
    client.post("/login/code/", {"code": code_of(key)})
    path = f"{ACCOUNT}passkeys/new/"
    assert "data-passkey" in client.get(path).content.decode()
    refused = client.post(path, {"name": "red", "password": PASSWORD, "credential": "{}"})
    assert (refused.status_code, "is not valid" in refused.content.decode()) == (422, True)
    assert client.post(ACCOUNT, {"form": "passkey", "passkey": passkey.pk, "password": "not-it"}).status_code == 422
    assert client.post(ACCOUNT, {"form": "passkey", "passkey": passkey.pk, "password": PASSWORD}).status_code == 302
    assert not Passkey.objects.exists()
    assert is_signed_in(client)
    assert AuditEntry.objects.get(action="second-factor.remove-passkey").steps[0]["before"] == "passkey blue"


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://kafka.example.com/tools", Place("kafka.example.com", "https://kafka.example.com")),
        ("https://kafka.example.com:8443", Place("kafka.example.com", "https://kafka.example.com:8443")),
        ("http://kafka.example.com", None), ("https://10.0.0.1", None), ("https://[::1]:8080", None),
        ("", Place("localhost", "http://localhost:8080")),
    ],
)  # fmt: skip
def test_passkeys_belong_to_the_public_address(public_url: str, expected: Any, settings: Any, rf: Any) -> None:
    settings.PUBLIC_URL = public_url
    assert place_of(rf.get("/", headers={"Host": "localhost:8080"})) == expected
