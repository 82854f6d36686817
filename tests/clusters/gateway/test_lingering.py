"""A client that was given up lives until nothing of it is under way, and not for longer."""

import socket
import weakref
from collections.abc import Iterator

import pytest

from clusters.gateway.clients import pool
from clusters.gateway.clients.cache import Cache
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import TimedOut


class Client:
    """What can be referred to weakly."""


def test_it_is_kept_for_a_while_and_then_let_go() -> None:
    now = [0.0]
    clients: Cache[Client] = Cache(close=lambda _: None, linger=pool.LINGER, clock=lambda: now[0])
    reference = weakref.ref(clients.get(Connection("127.0.0.1:1"), Client))
    clients.drop(Connection("127.0.0.1:1"))
    now[0] = pool.LINGER - 1
    clients.get(Connection("127.0.0.1:2"), Client)
    assert reference() is not None
    now[0] = pool.LINGER
    clients.get(Connection("127.0.0.1:2"), Client)
    assert reference() is None


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection to who takes it and says nothing: one that is refused is reported as such at some moment."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connection = Connection(f"127.0.0.1:{silent.getsockname()[1]}")
        yield connection
        pool.forget(connection)


def test_a_client_whose_call_timed_out_is_replaced_and_lingers(connection: Connection) -> None:
    client = pool.Admin(connection)
    assert pool._admins.get(connection, lambda: client) is client
    client.failure(TimedOut("Kafka did not answer in time.", ""))
    assert pool._admins.peek(connection) is None
    assert client in [kept for kept, _ in pool._admins.closed]
