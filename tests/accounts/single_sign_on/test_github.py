"""Signing in at a server that answers as GitHub is documented to: code, user, organizations, teams, the end."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, CompanyGroup, Grant, Identity
from accounts.single_sign_on import endpoints, providers
from accounts.single_sign_on.github import api_of
from accounts.single_sign_on.providers import provider_of
from clusters.models import Cluster
from tests.api.conftest import program_of

pytestmark = pytest.mark.django_db
TOKEN, SECRET = "gho_a-token", "a-client-secret"
ORGANIZATIONS = [{"login": f"org{number}"} for number in range(130)]


class GitHub:
    """``status`` is of its API; ``form`` is the last that came for a token."""

    def __init__(self) -> None:
        self.status, self.teams, self.form = 200, ["kafka"], {}  # type: ignore[var-annotated]
        self.error = ""
        github = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                query = parse_qs(url.query)
                page = int(query.get("page", ["1"])[0])
                body: Any = {
                    "/api/v3/user": {"id": 42, "login": "Grace", "name": "Grace H", "email": None},
                    "/api/v3/user/orgs": ORGANIZATIONS[100 * (page - 1) : 100 * page],
                    "/api/v3/user/teams": [{"slug": slug, "organization": {"login": "acme"}} for slug in github.teams],
                }[url.path]
                is_known = self.headers["Authorization"] == f"Bearer {TOKEN}"
                self.answer(github.status if is_known else 401, body)

            def do_POST(self) -> None:
                github.form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                assert self.headers["Accept"] == "application/json"
                document = {"access_token": TOKEN, "token_type": "bearer", "scope": "read:org"}
                self.answer(200, {"error": github.error, "error_description": "No."} if github.error else document)

            def answer(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def github(tmp_path: Path, settings: Any) -> Iterator[GitHub]:
    service = GitHub()
    url = f"http://127.0.0.1:{service.server.server_address[1]}"
    settings.SIGN_IN_FILE = str(tmp_path / "sign-in.yaml")
    entry = {"name": "github", "kind": "github", "issuer": url, "client_id": "an-id", "client_secret": SECRET}
    (tmp_path / "sign-in.yaml").write_text(json.dumps({"providers": [entry]}))
    providers.read_providers.cache_clear()
    yield service
    providers.read_providers.cache_clear()
    endpoints._kept.clear()
    endpoints._failed.clear()
    service.server.shutdown()
    service.server.server_close()


def come_back(client: Client) -> Any:
    begun = client.get("/sso/github/")
    url = urlsplit(begun["Location"])
    query = parse_qs(url.query)
    assert url.path == "/login/oauth/authorize"
    assert query["scope"] == ["read:user user:email read:org"]
    assert query["code_challenge_method"] == ["S256"]
    return client.get("/sso/github/callback/", {"code": "a-code", "state": query["state"][0]})


def test_teams_and_organizations_are_groups_of_the_company(github: GitHub) -> None:
    Cluster.objects.create(slug="dev", name="dev", bootstrap_servers="127.0.0.1:1")
    team = Group.objects.create(name="team")
    Grant.objects.create(group=team, role="viewer")
    CompanyGroup.objects.create(team=team, name="acme/kafka", provider="github")
    client = Client()
    assert come_back(client).status_code == 302
    assert (github.form["client_id"], github.form["client_secret"]) == (["an-id"], [SECRET])
    identity = Identity.objects.select_related("user").get()
    assert (identity.subject, identity.username, identity.user.username) == ("42", "Grace", "Grace")
    assert len(identity.groups) == 131
    assert client.get("/clusters/dev/topics/").status_code == 200
    assert TOKEN not in str(client.session.items())


@pytest.mark.parametrize("ending", ["left the team", "took the token back"])
def test_who_leaves_is_out_within_a_minute(github: GitHub, ending: str) -> None:
    Cluster.objects.create(slug="dev", name="dev", bootstrap_servers="127.0.0.1:1")
    team = Group.objects.create(name="team")
    Grant.objects.create(group=team, role="viewer")
    CompanyGroup.objects.create(team=team, name="acme/kafka")
    client = Client()
    come_back(client)
    program = program_of(User.objects.get())
    if ending == "left the team":
        github.teams = []
    else:
        github.status = 401
    Identity.objects.update(checked_at=timezone.now() - timedelta(minutes=2))
    page = client.get("/clusters/dev/topics/")
    status = program("GET", "/api/v1/clusters/dev/topics").status_code
    assert (page.status_code, status) == ((404, 404) if github.status == 200 else (302, 401))


def test_github_that_is_away_or_refuses_is_said(github: GitHub) -> None:
    github.error = "incorrect_client_credentials"
    assert "github refuses the sign-in: No." in come_back(Client()).content.decode()
    github.error, github.status = "", 502
    page = come_back(Client())
    assert page.status_code == 502
    assert "github answers /user with status 502." in page.content.decode()
    entry = AuditEntry.objects.first()
    assert entry
    assert SECRET not in entry.detail
    client = Client()
    github.status = 200
    come_back(client)
    github.status = 500
    Identity.objects.update(checked_at=timezone.now() - timedelta(minutes=2))
    assert client.get("/").status_code == 200
    assert Client().post("/sso/github/back-channel-logout/", {"logout_token": "a.b.c"}).status_code == 400


def test_its_addresses_follow_from_the_kind() -> None:
    entry = {"name": "github", "kind": "github", "client_id": "x"}
    assert api_of(provider_of(entry)) == "https://api.github.com"
    assert api_of(provider_of(entry | {"issuer": "https://ghe.example.com/"})) == "https://ghe.example.com/api/v3"
    with pytest.raises(ImproperlyConfigured, match="kind must be oidc or github"):
        provider_of(entry | {"kind": "gitlab"})
