"""Burrow's paths on a port of their own, over a real socket."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka.ports import free_ports
from tests.kafka.processes import die_with_parent
from tests.kafka.waiting import eventually
from tests.migrated import prepare

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A listener on loopback, with an empty database."""
    folder: Path = tmp_path_factory.mktemp("burrow")
    number = free_ports(1)[0]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO", "DATABASE"))}
    environment = {**own, "KAFKAADMIN_DATA_DIR": str(folder), "KAFKAADMIN_BURROW_LISTEN": f"127.0.0.1:{number}"}
    command = [sys.executable, "-m", "kafkaadmin"]
    prepare(folder)
    process = subprocess.Popen([*command, "burrow"], env=environment, preexec_fn=die_with_parent)
    try:
        eventually(lambda: ask(number, "GET", "/burrow/admin")[0] == 200, timeout=30)
        yield number
    finally:
        process.terminate()
        process.wait(20)


def ask(port: int, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={"Host": "burrow.example:8000"})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    except OSError:
        return 0, {}, b""
    finally:
        connection.close()


def test_it_serves_burrows_paths_under_any_host_name(port: int) -> None:
    status, headers, body = ask(port, "GET", "/v3/kafka")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert body.startswith(
        b'{"error":false,"message":"cluster list returned","clusters":[],"request":{"url":"/v3/kafka"'
    )
    assert ask(port, "GET", "/metrics")[0] == 200


@pytest.mark.parametrize("path", ["/", "/login/", "/clusters/new/", "/static/css/tokens.css", "/healthz"])
def test_it_serves_nothing_else(port: int, path: str) -> None:
    status, _, body = ask(port, "GET", path)
    assert (status, body) == (404, b'{"error":true,"message":"invalid request type","result":{}}\n')


def test_it_redirects_and_refuses_as_burrow_does(port: int) -> None:
    status, headers, _ = ask(port, "GET", "/v3/kafka/")
    assert (status, headers["Location"]) == (301, "/v3/kafka")
    status, headers, body = ask(port, "HEAD", "/v3/kafka")
    assert (status, headers["Allow"], body) == (405, "GET, OPTIONS", b"")
    assert ask(port, "OPTIONS", "/v3/kafka")[0] == 200
    status, _, body = ask(port, "GET", "/v3/kafka/c/consumer/a%2Fb%20c/lag")
    assert status == 404
    assert b'"group":"a/b c"' in body


def test_the_metrics_follow_the_same_rules(port: int) -> None:
    for method in ("POST", "HEAD", "DELETE"):
        status, headers, _ = ask(port, method, "/metrics")
        assert (status, headers["Allow"]) == (405, "GET, OPTIONS")
    assert ask(port, "OPTIONS", "/metrics")[0] == 200
    for path in ("/metrics/", "/Metrics"):
        status, headers, _ = ask(port, "GET", path)
        assert (status, headers["Location"]) == (301, "/metrics")
    assert ask(port, "POST", "/metrics/")[0] == 307
