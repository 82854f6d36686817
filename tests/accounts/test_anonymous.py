import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry
from api.models import Token
from clusters.models import Cluster

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(settings: object) -> Client:
    """Somebody who does not sign in, where strangers are viewers."""
    settings.ANONYMOUS_ROLE = "viewer"  # type: ignore[attr-defined]
    Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    return Client()


def test_strangers_look_and_change_nothing(stranger: Client) -> None:
    page = stranger.get("/clusters/c/topics/")
    assert page.status_code == 200
    assert "Sign in" in page.content.decode()
    assert stranger.post("/clusters/c/topics/new/", {"name": "t"}).status_code == 403
    assert stranger.get("/people/").status_code == 403
    assert AuditEntry.objects.filter(username="anonymous", outcome="refused").count() == 2


def test_nobody_signs_in_as_the_stranger_and_everybody_else_as_themselves(stranger: Client) -> None:
    stranger.get("/")
    assert not User.objects.get(username="anonymous").has_usable_password()
    User.objects.create_superuser("ada", password="a-long-one-for-ada")
    assert stranger.get("/login/").status_code == 200
    assert stranger.post("/login/", {"username": "ada", "password": "a-long-one-for-ada"}).status_code == 302
    assert stranger.get("/people/").status_code == 200


def test_the_role_ends_with_the_setting(stranger: Client, settings: object) -> None:
    assert stranger.get("/").status_code == 200
    settings.ANONYMOUS_ROLE = ""  # type: ignore[attr-defined]
    assert stranger.get("/").status_code == 302


def test_strangers_share_no_account(stranger: Client) -> None:
    stranger.get("/")
    for path in ("/account/tokens/", "/account/tokens/new/", "/people/password/", "/account/second-factor/"):
        assert stranger.get(path).status_code == 404
    token = {"name": "x", "scope": "all", "clusters": "*", "days": ""}
    assert stranger.post("/account/tokens/new/", token).status_code == 404
    assert not Token.objects.exists()


def test_strangers_have_no_say_in_the_api(stranger: Client) -> None:
    assert stranger.get("/api/v1/clusters").status_code == 401
