"""A cluster that does not answer costs no thread and no connection for longer than it is asked."""

import gc
import multiprocessing
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from clusters.gateway.clients import pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.probe.connection_test import probe
from clusters.gateway.reading.offsets_topic import OffsetsTopicReader
from tests.kafka.waiting import eventually

ROUNDS = 8
SLACK = 6  # threads and files that a process has now and then


@pytest.fixture
def hanging() -> Iterator[str]:
    """A server that takes connections, and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connections: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    connections.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    for connection in connections:
        connection.close()


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def ask(connection: Connection) -> None:
    """Do what pages, the mirror, lag and the test of a connection do."""
    for act in (
        lambda: pool.admin(connection, timeout=0.3),
        lambda: protocol.send_all(connection, [(None, None)], timeout=0.3),
    ):
        with pytest.raises(KafkaFailure):
            act()
    OffsetsTopicReader(connection, {0: 0}).close()
    assert not probe(connection, timeout=0.5).ok


def ask_again_and_again(server: str) -> None:
    """Ask a server in vain, in a process of its own; fail if it leaves threads or connections behind.

    Our processes hardly ever look for circles: what refers to itself stays.
    """
    gc.disable()
    connection = Connection(server, "SASL_PLAINTEXT", "PLAIN", "user", "password")
    ask(connection)
    before = threads(), files()
    for _ in range(ROUNDS):
        ask(connection)
    eventually(lambda: threads() <= before[0] + SLACK and files() <= before[1] + SLACK, timeout=30)


@pytest.mark.parametrize("kind", ["hanging", "refusing"])
def test_asking_in_vain_again_and_again_leaves_nothing_behind(kind: str, hanging: str) -> None:
    server = hanging if kind == "hanging" else "127.0.0.1:1"
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        process.submit(ask_again_and_again, server).result()
