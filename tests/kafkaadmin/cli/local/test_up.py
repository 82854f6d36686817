import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusters.messages.reading.cursors import LONGEST
from tests.browser.server import Server
from tests.kafka.waiting import eventually
from tests.migrated import prepare

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def up() -> Iterator[Server]:
    with Server(empty=True) as started:
        yield started


def test_up_needs_no_settings_and_serves_with_three_children(up: Server) -> None:
    assert set(eventually(up.children)) == {"web", "worker", "beat"}
    assert (up.folder / "kafkaadmin.sqlite3").exists()
    assert (up.folder / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("child", ["web", "worker", "beat"])
def test_a_killed_child_is_started_again(up: Server, child: str) -> None:
    before = eventually(up.children)[child]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: up.children().get(child, before) != before, timeout=60)
    eventually(up.ready, timeout=30)


def asked(port: int, path: str, connection: str) -> socket.socket:
    """Ask for a page and leave its answer where it is."""
    client = socket.create_connection(("127.0.0.1", port), 5)
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: {connection}\r\n\r\n".encode())
    return client


def heard(connection: socket.socket) -> bytes:
    """Return all that is said until the other side closes."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_clients_that_keep_their_connections_hold_nobody_up(up: Server) -> None:
    eventually(up.ready)
    holding = [asked(up.port, "/healthz", header) for header in ("close", "keep-alive") for _ in range(20)]
    try:
        response = heard(asked(up.port, "/healthz", "close"))  # within the 5 seconds that its socket waits
        assert response.startswith(b"HTTP/1.1 200 OK")
        closed = [heard(connection) for connection in holding[:20]]
        assert all(response.startswith(b"HTTP/1.1 200 OK") for response in closed)
    finally:
        for connection in holding:
            connection.close()
    assert heard(asked(up.port, "/nowhere/", "close")).endswith(b"</html>\n")


def test_addresses_as_long_as_those_of_records_in_many_partitions_are_taken(up: Server) -> None:
    eventually(up.ready)
    query = "cursor=" + "x" * (LONGEST + 1_500)
    assert heard(asked(up.port, f"/healthz?{query}", "close")).startswith(b"HTTP/1.1 200 OK")


def test_sigterm_ends_all_and_leaves_no_process(tmp_path: Path) -> None:
    with Server() as server:
        children = eventually(server.children)
    assert server.process.returncode == 0
    for pid in children.values():
        assert not Path(f"/proc/{pid}").exists()


def test_up_itself_may_be_killed_and_leaves_no_process() -> None:
    with Server() as server:
        children = eventually(server.children)
        server.process.kill()
        server.process.wait(20)
        eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children.values()), timeout=30)
        eventually(lambda: not server.ready())


def run(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "kafkaadmin", *arguments],
        env={**own, "KAFKAADMIN_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_check_says_what_is_missing(tmp_path: Path) -> None:
    response = run(tmp_path, "check", KAFKAADMIN_AUDIT_SYSLOG="syslog.example.com")
    assert response.returncode == 1
    assert "run `kafkaadmin migrate`" in response.stdout
    assert "KAFKAADMIN_AUDIT_SYSLOG must be udp://" in response.stdout


def test_check_passes_after_migrating_and_the_first_password_is_printed_once(tmp_path: Path) -> None:
    assert "First sign-in: admin / " in run(tmp_path, "migrate").stdout
    assert run(tmp_path, "migrate").stdout == ""
    response = run(tmp_path, "check")
    assert response.returncode == 0, response.stdout + response.stderr
    assert "ok    database" in response.stdout


def test_clusters_are_declared_from_a_file_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "clusters.yml"
    file.write_text(
        "kafka:\n  clusters:\n    - name: far\n      bootstrapServers: 127.0.0.1:1\n      ksqldbServer: http://x\n"
    )
    applied = run(tmp_path / "empty", "clusters", "apply", str(file))
    assert applied.returncode == 0, applied.stderr
    assert "cluster far" in applied.stdout
    assert "kafka.clusters[0].ksqldbServer" in applied.stdout
    response = run(tmp_path / "empty", "check")
    assert response.returncode == 1
    assert "127.0.0.1:1 refuses the connection" in response.stdout


def test_a_refused_cluster_is_named_and_the_status_says_so(tmp_path: Path) -> None:
    file = tmp_path / "clusters.yml"
    file.write_text("kafka: {clusters: [{name: good, bootstrapServers: '127.0.0.1:1'}, {name: bad, readOnly: x}]}")
    prepare(tmp_path)
    named = "The cluster bad was not applied: kafka.clusters[1] has no bootstrapServers."
    for arguments, status in (
        (["migrate"], 1),
        (["migrate", "--allow-refused"], 0),
        (["check"], 1),
    ):
        ended = run(tmp_path, *arguments, KAFKAADMIN_CONFIG=str(file))
        assert ended.returncode == status, ended.stderr
        assert named in ended.stdout
    assert "FAIL  cluster good" in ended.stdout
    applied = run(tmp_path / "b", "clusters", "apply", str(file))
    assert (applied.returncode, applied.stdout, applied.stderr) == (2, "cluster good\n", f"{named}\n")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KAFKAADMIN_TRUSTED_PROXY", "perhaps", "must be true or false, not 'perhaps'"),
        ("KAFKAADMIN_LAG_SECONDS", "five", "must be a whole number, not 'five'"),
        ("KAFKAADMIN_LOG_LEVEL", "loud", "must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not 'loud'"),
        ("KAFKAADMIN_SECRET_KEY_FILE", "/none", "points to /none, which cannot be read"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(tmp_path: Path, name: str, value: str, words: str) -> None:
    response = run(tmp_path, "check", **{name: value})
    assert response.returncode != 0
    assert response.stderr.startswith(f"Error: {name} {words}"), response.stderr
    assert "Traceback" not in response.stderr
