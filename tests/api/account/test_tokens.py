"""Tokens: what opens the API, and how far."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from api.models import Token
from clusters.models import Cluster
from tests.api.conftest import V1, Program, person, program_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clusters(db: None) -> None:
    for slug in ("prod-1", "dev-1"):
        Cluster.objects.create(slug=slug, name=slug, bootstrap_servers="127.0.0.1:1")


def slugs(program: Program) -> set[str]:
    return {cluster["slug"] for cluster in program.get(f"{V1}/clusters")}


@pytest.mark.parametrize("secret", ["", "ka_", "ka_no-such-token", "x" * 5000, "ka_\xff"])
def test_without_a_valid_token_nothing_opens(secret: str) -> None:
    response = Program(secret)("GET", f"{V1}/clusters")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["type"] == "urn:kafkaadmin:problem:sign-in"


def test_a_browsers_session_does_not_open_the_api(admin: Client) -> None:
    assert admin.get(f"{V1}/clusters").status_code == 401
    assert admin.post(f"{V1}/clusters/dev-1/refresh").status_code == 401


def test_an_expired_token_opens_nothing(ada: Program) -> None:
    assert slugs(ada) == {"prod-1", "dev-1"}
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ada("GET", f"{V1}/clusters").status_code == 401


def test_whose_person_is_deactivated_opens_nothing(ada: Program) -> None:
    User.objects.update(is_active=False)
    assert ada("GET", f"{V1}/clusters").status_code == 401


def test_a_withdrawn_grant_is_withdrawn_from_the_token_too() -> None:
    user = person("pat", clusters="prod-*")
    program = program_of(user)
    assert slugs(program) == {"prod-1"}
    user.grant_set.all().delete()
    assert slugs(program) == set()


@pytest.mark.parametrize(
    ("granted", "token_glob", "seen"),
    [
        ("*", "prod-*", {"prod-1"}),
        ("prod-*", "*", {"prod-1"}),
        ("prod-*", "dev-*", set()),
        ("*-1", "prod-*", {"prod-1"}),
        ("dev-?", "dev-1", {"dev-1"}),
        ("*", "other", set()),
    ],
)
def test_a_token_is_for_what_both_its_glob_and_the_grant_cover(granted: str, token_glob: str, seen: set[str]) -> None:
    assert slugs(program_of(person("pat", clusters=granted), clusters=token_glob)) == seen


def test_a_token_to_look_changes_nothing_even_for_an_administrator() -> None:
    reader = program_of(User.objects.create_superuser("root"), scope=Token.READ)
    assert slugs(reader) == {"prod-1", "dev-1"}
    assert reader("GET", f"{V1}/audit").status_code == 200
    response = reader("DELETE", f"{V1}/clusters/dev-1")
    assert response.status_code == 403
    assert "clusters.delete" in response.json()["detail"]
    assert Cluster.objects.count() == 2


def test_a_token_of_chosen_actions_covers_these_only_and_never_more_than_its_person() -> None:
    chosen = {"scope": Token.CHOSEN, "actions": ["clusters.view", "clusters.delete"]}
    assert program_of(person("vera"), **chosen)("DELETE", f"{V1}/clusters/dev-1").status_code == 403
    program = program_of(User.objects.create_superuser("root"), **chosen)
    assert program("GET", f"{V1}/clusters/dev-1/topics").status_code == 403
    assert program("DELETE", f"{V1}/clusters/dev-1").status_code == 200
    assert not Cluster.objects.filter(slug="dev-1").exists()


def test_the_audit_log_says_through_which_token(ada: Program, vera: Program) -> None:
    vera("DELETE", f"{V1}/clusters/dev-1")
    ada("DELETE", f"{V1}/clusters/dev-1")
    done, refused = AuditEntry.objects.all()
    assert (done.username, done.outcome, done.detail) == ("ada", "done", "By token “token 0”.")
    assert refused.detail.endswith("(needs clusters.delete). By token “token 0”.")


def test_what_a_session_does_next_is_not_put_down_to_a_token(ada: Program, admin_client: Client) -> None:
    ada.get(f"{V1}/me")
    admin_client.post("/clusters/dev-1/delete/", {"confirm": "dev-1"})
    assert AuditEntry.objects.get(action="clusters.delete").detail == ""


def test_a_token_is_made_shown_once_used_and_revoked_in_the_browser(viewer: Client) -> None:
    form = {"name": "ci", "scope": "read", "clusters": "dev-*", "days": "30"}
    made = viewer.post("/account/tokens/new/", form)
    assert made.status_code == 201
    assert "no-store" in made.headers["Cache-Control"]
    secret_match = re.search(r"ka_[\w-]{43}", made.content.decode())
    assert secret_match
    token = Token.objects.get()
    assert secret_match[0] not in str(token.__dict__)
    assert slugs(Program(secret_match[0])) == {"dev-1"}
    page = viewer.get("/account/tokens/").content.decode()
    assert "ci" in page
    assert secret_match[0] not in page
    assert viewer.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    assert Program(secret_match[0])("GET", f"{V1}/clusters").status_code == 401
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["tokens.revoke", "tokens.create"]
    assert not any(secret_match[0] in str(entry.__dict__) for entry in AuditEntry.objects.all())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"scope": "chosen"}, "Choose at least one action"),
        ({"days": "9999"}, "not one of the available choices"),
        ({"scope": "root"}, "not one of the available choices"),
        ({"scope": "chosen", "actions": ["no.such"]}, "not one of the available choices"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(viewer: Client, fields: dict[str, str], words: str) -> None:
    response = viewer.post(
        "/account/tokens/new/", {"name": "ci", "scope": "read", "clusters": "*", "days": "", **fields}
    )
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Token.objects.exists()


def test_nobody_revokes_anothers_token_and_a_name_is_there_once(viewer: Client, ada: Program) -> None:
    token = Token.objects.get()
    assert viewer.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert viewer.get(f"/account/tokens/{token.pk}/revoke/").status_code == 405
    form = {"name": "ci", "scope": "read", "clusters": "*", "days": ""}
    assert viewer.post("/account/tokens/new/", form).status_code == 201
    assert "already" in viewer.post("/account/tokens/new/", form).content.decode()


def test_tokens_are_listed_without_their_secret_and_only_ones_own(ada: Program, vera: Program) -> None:
    (own_token,) = vera.get(f"{V1}/tokens")
    assert (own_token["name"], own_token["hint"]) == ("token 0", vera.secret[:7])
    assert vera.secret not in str(own_token)
    assert own_token["last_used_at"]


def test_a_person_sees_what_the_token_may_do(vera: Program) -> None:
    me = vera.get(f"{V1}/me")
    assert (me["username"], set(me["clusters"])) == ("vera", {"prod-1", "dev-1"})
    assert "topics.view" in me["clusters"]["dev-1"]
    assert "topics.delete" not in me["clusters"]["dev-1"]
