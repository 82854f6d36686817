"""Offsets that did not come: the library has several ways to say so, and none of them is a number."""

import time
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from clusters.gateway import offsets
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.pool import Admin


def completed(offset: int) -> Future[Any]:
    """Return a future as librdkafka completes it."""
    future: Future[Any] = Future()
    future.set_result(SimpleNamespace(offset=offset))
    return future


@pytest.mark.parametrize(("offset", "expected"), [(7, 7), (0, 0), (-1, -1), (-1001, None)])
def test_an_answer_without_an_offset_is_unknown_and_says_why(
    connection: Connection, offset: int, expected: int | None
) -> None:
    # librdkafka completes with -1001, and no error, when a leader goes away between its question and its answer.
    collected, problems = offsets.collect_offsets(
        Admin(connection), {("orders", 3): completed(offset)}, time.monotonic() + 1
    )
    assert collected == {("orders", 3): expected}
    assert sum(problems.values()) == (expected is None)
