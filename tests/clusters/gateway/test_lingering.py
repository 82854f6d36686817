"""A client that was given up lives until nothing of it is under way, and not for longer."""

import weakref
from collections.abc import Iterator

import pytest

from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.lingering import SECONDS, Lingering
from clusters.gateway.errors import TimedOut


class Client:
    """What can be referred to weakly."""


def test_it_is_kept_for_a_while_and_then_let_go() -> None:
    now = [0.0]
    lingering, client = Lingering(clock=lambda: now[0]), Client()
    reference = weakref.ref(client)
    lingering.keep(client)
    del client
    now[0] = SECONDS - 1
    lingering.let_go()
    assert reference() is not None
    now[0] = SECONDS
    lingering.let_go()
    assert reference() is None


@pytest.fixture
def connection() -> Iterator[Connection]:
    reached = Connection("127.0.0.1:1")
    yield reached
    pool.forget(reached)


def test_a_client_whose_call_timed_out_is_replaced_and_lingers(connection: Connection) -> None:
    client = pool.Admin(connection)
    assert pool._admins.get(connection, lambda: client) is client
    client.failure(TimedOut("Kafka did not answer in time.", ""))
    assert pool._admins.peek(connection) is None
    assert client in [kept for _, kept in pool._lingering.clients]
