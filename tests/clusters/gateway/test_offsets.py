"""Offsets that did not come: the library has several ways to say so, and none of them is a number."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka.admin import OffsetSpec

from clusters.gateway import offsets
from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.pool import Admin
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic_on

Unique = Callable[[str], str]


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
    assert len(problems) == (expected is None)


def test_a_leader_that_does_not_know_yet_that_it_leads_is_asked_again(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = create_topic_on(kafka, unique("fresh"), [[1, 2]] * 30)
    leaders = {(topic, number): 1 for number in range(30)}
    marks, failures = offsets.watermarks(connection, leaders, leaders=leaders)  # at once: some say they do not lead
    assert (set(marks.values()), failures) == ({offsets.Watermarks(0, 0)}, ())


@pytest.mark.parametrize("timeout", [0.0, 0.001, 0.15])
def test_what_there_is_no_time_for_is_unknown_and_says_why(
    kafka: KafkaCluster, connection: Connection, timeout: float
) -> None:
    # 100,000 partitions cannot be asked for in so little time, and librdkafka crashes when a request has none left.
    admin, partitions = pool.admin(connection), [("late", number) for number in range(100_000)]
    unknown = 0
    for wave, seconds in offsets.waves(partitions, timeout):
        (lows, highs), problems = offsets.read_wave(
            admin, wave, [OffsetSpec.earliest(), OffsetSpec.latest()], {}, seconds
        )
        assert {*lows.values(), *highs.values()} == {None}
        unknown += len(problems)
    assert unknown == len(partitions)
