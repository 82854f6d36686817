"""A changed sign-in file comes into force by itself; a broken one leaves what was, and is said with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.checks import run_checks
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Identity, SignInConfiguration
from accounts.second_factor import policy
from accounts.single_sign_on import providers
from accounts.single_sign_on.in_force import failures_now
from accounts.single_sign_on.ldap import directories
from accounts.single_sign_on.middleware import IDENTITY
from accounts.tasks import apply_declared_teams
from core import rereading
from tests.api.conftest import V1, program_of

READERS = (providers.read_providers, directories.read_directories, policy.policy_of_file)
PROVIDER = "  - {{name: {name}, issuer: 'https://{name}.example.com', client_id: ui, client_secret_file: {secret}}}\n"


@pytest.fixture
def file(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.SIGN_IN_FILE = str(tmp_path / "sign-in.yaml")
    monkeypatch.setattr(rereading, "SETTLE_SECONDS", 0)
    (tmp_path / "secret").write_text("first")
    for reader in READERS:
        reader.cache_clear()
    yield tmp_path / "sign-in.yaml"
    for reader in READERS:
        reader.cache_clear()


def write(file: Path, *names: str, more: str = "") -> None:
    """Write the file as a mounted Secret is: anew, in the place of the former one."""
    lines = "".join(PROVIDER.format(name=name, secret=file.parent / "secret") for name in names)
    (file.parent / "new").write_text(f"providers:\n{lines}{more}")
    (file.parent / "new").replace(file)


@pytest.mark.django_db
def test_a_change_is_in_force_at_the_next_request(file: Path) -> None:
    write(file, "keycloak")
    assert "keycloak" in Client().get("/login/").content.decode()
    write(file, "keycloak", "okta")
    assert "okta" in Client().get("/login/").content.decode()
    write(file, "okta")
    assert "keycloak" not in Client().get("/login/").content.decode()


@pytest.mark.django_db
def test_a_session_of_a_removed_provider_ends_without_a_restart(file: Path) -> None:
    write(file, "keycloak", "okta")
    user = User.objects.create_user("grace")
    identity = Identity.objects.create(user=user, provider="okta", subject="1", checked_at=timezone.now())
    client = Client()
    client.force_login(user, "accounts.password_backend.PasswordBackend")
    session = client.session
    session[IDENTITY] = identity.pk
    session.save()
    assert client.get("/").status_code == 200
    write(file, "keycloak", more="nonsense: [")
    assert client.get("/").status_code == 200
    write(file, "keycloak")
    assert client.get("/").status_code == 302


def test_a_rotated_secret_is_read_again(file: Path) -> None:
    write(file, "keycloak")
    assert providers.configured()["keycloak"].client_secret == "first"
    (file.parent / "secret").write_text("second one")
    assert providers.configured()["keycloak"].client_secret == "second one"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("  - {name: b, issuer: x, client_id: y}\n", "line 3: Provider b: the issuer must be an https:// URL"),
        ("ldap:\n  - {name: d, urls: 'ldap://x'}\n", "line 4: Directory d: user_base is missing"),
        ("second_factor: often\n", "line 3: second_factor must be one of"),
        ("team: []\n", "line 3: unknown team"), ("x: [\n", "line 4: "), ("  - 7\n", "line 1: no list of providers"),
        ("teams:\n  - {name: ok}\n  - {name: x, grants: [{role: king}]}\n", "line 5: teams[1].grants[0].role must be"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_broken_file_leaves_what_was_and_is_told_with_its_line(
    file: Path, more: str, words: str, admin: Client, viewer: Client
) -> None:
    write(file, "keycloak")
    apply_declared_teams()
    assert failures_now() == []
    write(file, "keycloak", more=more)
    apply_declared_teams()
    assert list(providers.configured()) == ["keycloak"]
    for path in ("/", "/people/"):
        assert words in admin.get(path).content.decode().replace("&#x27;", "'"), path
    assert "sign-in configuration" not in viewer.get("/").content.decode()
    state = program_of(User.objects.get(is_superuser=True)).get(f"{V1}/sign-in-configuration")
    assert (list(state["ways"]), [failure for failure in state["failures"] if words in failure]) != ([], [])
    entry = AuditEntry.objects.get(resource="sign-in configuration")
    assert (entry.outcome, entry.username, words in entry.detail) == ("failed", "configuration", True)
    apply_declared_teams()
    write(file, "keycloak", "okta")
    apply_declared_teams()
    assert (failures_now(), SignInConfiguration.objects.get().failed_at) == ([], None)
    latest = AuditEntry.objects.filter(resource="sign-in configuration").order_by("pk").values_list("outcome", "detail")
    assert [*latest][1:] == [("done", "In force again."), ("done", "")]
    assert [step["subject"] for step in AuditEntry.objects.order_by("pk").last().steps] == ["okta"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("providers: [", "KAFKAADMIN_SIGN_IN (line 1 of the file)", "line 1: "),
        ("providers:\n  - {name: b, issuer: x, client_id: y}\n", "KAFKAADMIN_SIGN_IN (line 2 of the file)",
         "Provider b: the issuer must be"),
        ("ldap: [{urls: 'ldap://x', user_base: [a]}]", "KAFKAADMIN_SIGN_IN (line 1 of the file)", "user_base must be"),
        ("providers: [{name: 2026-13-45}]", "KAFKAADMIN_SIGN_IN", "month must be in"),
        ("second_factor: often", "KAFKAADMIN_SIGN_IN (line 1 of the file)", "second_factor must be one of"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_process_starts_with_a_broken_file_and_takes_it_up_once_it_is_mended(
    file: Path, text: str, place: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.create_superuser("root", password="correct horse")
    file.write_text(text)
    WSGIHandler()
    assert words in caplog.text
    client = Client()
    page = client.get("/login/").content.decode()
    assert f"{place} can't be used" in page
    assert words not in page, "strangers see the place, not what stands there"
    assert client.post("/login/", {"username": "root", "password": "correct horse"}).status_code == 302
    assert words in client.get("/").content.decode()
    assert words in " ".join(str(message) for message in run_checks())
    apply_declared_teams()
    assert not SignInConfiguration.objects.get().ways
    write(file, "keycloak")
    page = Client().get("/login/").content.decode()
    assert ("keycloak" in page, "can't be used" in page) == (True, False)


@pytest.mark.django_db
def test_one_broken_provider_does_not_hinder_the_others_at_a_start(file: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("KAFKAADMIN_OIDC_ISSUER", "https://a.example.com")
    monkeypatch.setenv("KAFKAADMIN_OIDC_CLIENT_ID", "ui")
    directory = "ldap:\n  - {name: corp, urls: 'ldap://x', user_base: dc=x}\n  - {name: d}\n"
    write(file, "keycloak", more=f"  - {{name: broken}}\n{directory}")
    assert list(providers.configured()) == ["oidc", "keycloak"]
    assert list(directories.configured_directories()) == ["corp"]
    assert len(failures_now()) == 2
    monkeypatch.setenv("KAFKAADMIN_OIDC_ISSUER", "nonsense")
    assert list(providers.configured()) == ["keycloak"]
    assert any(failure.startswith("KAFKAADMIN_OIDC_…: Provider oidc: ") for failure in failures_now())


@pytest.mark.django_db
def test_a_broken_file_switches_no_second_factor_off(file: Path) -> None:
    file.write_text("second_factor: everybody")
    apply_declared_teams()
    policy.policy_of_file.cache_clear()  # as another process, which has never read it
    file.write_text("second_factor: everybody\nnonsense: [")
    User.objects.create_superuser("root", password="correct horse")
    response = Client().post("/login/", {"username": "root", "password": "correct horse"})
    assert response.headers["Location"] == "/login/second-factor/"
    apply_declared_teams()
    assert SignInConfiguration.objects.get().second_factor == "everybody"


def test_what_is_being_written_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(file, "keycloak", "okta")
    assert len(providers.configured()) == 2
    monkeypatch.setattr(rereading, "SETTLE_SECONDS", 3600)
    write(file, "keycloak")
    assert len(providers.configured()) == 2
    monkeypatch.setattr(rereading, "SETTLE_SECONDS", 0)
    assert len(providers.configured()) == 1


@pytest.mark.django_db
def test_providers_of_another_tools_file_stay_while_it_is_broken(file: Path, settings: Any) -> None:
    from tests.clusters.declaration.test_access import KAFKA_UI

    config = file.parent / "config.yml"
    settings.SIGN_IN_FILE, settings.KAFKAADMIN_CONFIG = "", str(config)
    config.write_text(KAFKA_UI)
    names = list(providers.configured())
    assert names
    config.write_text("kafka: [")
    assert list(providers.configured()) == names
    assert "config.yml" in providers.read_providers.failure
    assert not Group.objects.exists()
