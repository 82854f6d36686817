"""Signing in by a token of an OAuth server, with client credentials, on a real broker."""

import base64
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.groups import describing as groups
from clusters.gateway.probe.connection_test import probe
from tests.kafka.cluster import KafkaCluster

SECRET = "the-client-secret"


def part(values: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


class Tokens(BaseHTTPRequestHandler):
    """Gives an unsigned token to any client that knows the secret."""

    def do_POST(self) -> None:
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        basic = self.headers.get("Authorization", "").removeprefix("Basic ")
        sent = base64.b64decode(basic).decode() if basic else ":".join(form.get("client_secret", [""]))
        now = int(time.time())
        token = f"{part({'alg': 'none'})}.{part({'sub': 'admin', 'iat': now, 'exp': now + 600})}."
        good = SECRET in sent
        payload = {"access_token": token, "expires_in": 600, "token_type": "Bearer"} if good else {"error": "no"}
        body = json.dumps(payload).encode()
        self.send_response(200 if good else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An OAuth server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tokens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/token"
    server.shutdown()


@pytest.fixture
def by_token(kafka: KafkaCluster, endpoint: str) -> Connection:
    """Reach the broker's listener that takes tokens."""
    return Connection(
        kafka.addresses("sasl_ssl"),
        "SASL_SSL",
        "OAUTHBEARER",
        ca_pem=kafka.certificate("ca"),
        oauth_token_url=endpoint,
        oauth_client_id="kafkaadmin",
        oauth_client_secret=SECRET,
    )


def test_both_clients_sign_in_by_a_token(by_token: Connection) -> None:
    verdict = probe(by_token)
    assert verdict.ok, verdict.sentence
    assert topics.list_topics(by_token).brokers
    assert not groups.list_groups(by_token).failures


def test_a_wrong_secret_is_said_and_not_shown(by_token: Connection) -> None:
    verdict = probe(replace(by_token, oauth_client_secret="not-the-one"))
    assert not verdict.ok
    assert "not-the-one" not in f"{verdict.sentence} {verdict.advice}"
    assert "token" in f"{verdict.sentence} {verdict.advice}".lower()


def test_a_token_server_that_is_not_there_is_said(by_token: Connection) -> None:
    verdict = probe(replace(by_token, oauth_token_url="http://127.0.0.1:1/token"))
    assert not verdict.ok
    assert "token" in f"{verdict.sentence} {verdict.advice}".lower()
