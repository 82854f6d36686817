"""Offsets of many partitions: of whoever leads them, and a sentence for each that did not come."""

from collections.abc import Callable

import pytest

from clusters.gateway import offsets
from clusters.gateway.clients import leaders as known_leaders
from clusters.gateway.clients.connection import Connection
from clusters.gateway.offsets import Watermarks
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of, create_topic, create_topic_on, produce

Unique = Callable[[str], str]


def test_a_leader_that_does_not_know_yet_that_it_leads_is_asked_again(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = create_topic_on(kafka, unique("fresh"), [[1, 2]] * 30)
    leaders = {(topic, number): 1 for number in range(30)}
    marks, failures = offsets.watermarks(connection, leaders, leaders=leaders)  # at once: some say they do not lead
    assert (set(marks.values()), failures) == ({Watermarks(0, 0)}, ())


@pytest.mark.parametrize("leader", [None, -1, 3, 77], ids=["unknown", "nobody", "another", "gone"])
def test_whoever_leads_is_asked_where_the_known_leader_does_not(
    kafka: KafkaCluster, connection: Connection, unique: Unique, leader: int | None
) -> None:
    topic = create_topic_on(kafka, unique("moved"), [[1], [2]])
    produce(kafka, topic, ["a", "b", "c"], partition=1)
    keys = [(topic, 0), (topic, 1)]
    marks, failures = offsets.watermarks(connection, keys, leaders={(topic, 0): 1, (topic, 1): leader})
    assert (marks, failures) == ({(topic, 0): Watermarks(0, 0), (topic, 1): Watermarks(0, 3)}, ())


@pytest.mark.parametrize("leader", [3, 77], ids=["another", "gone"])
def test_whoever_leads_is_asked_where_the_remembered_leader_does_not(
    kafka: KafkaCluster, connection: Connection, unique: Unique, leader: int
) -> None:
    topic = create_topic_on(kafka, unique("remembered"), [[1], [2]])
    produce(kafka, topic, ["a", "b", "c"], partition=1)
    keys = [(topic, 0), (topic, 1)]
    known_leaders.remember(connection, {(topic, 0): 1, (topic, 1): leader})
    ends, failures = offsets.end_offsets(connection, keys)
    assert (ends, failures) == ({(topic, 0): 0, (topic, 1): 3}, ())
    assert [known_leaders.remembered(connection)[key] for key in keys] == [1, 2]


def test_what_there_is_not_is_unknown_and_says_why(kafka: KafkaCluster, connection: Connection, unique: Unique) -> None:
    topic, missing = create_topic(kafka, unique("here")), unique("missing")
    ends, (failure,) = offsets.end_offsets(
        connection, [(topic, 0), (topic, 1), (missing, 0)], leaders={(missing, 0): 2}
    )
    assert ends == {(topic, 0): 0, (topic, 1): None, (missing, 0): None}
    assert failure.subject == "offsets of 2 partition(s)"
    assert "does not exist" in failure.sentence


@pytest.mark.parametrize("leader", [None, 1], ids=["unknown", "known"])
def test_a_topic_that_may_not_be_read_is_no_missing_one(
    kafka: KafkaCluster, unique: Unique, leader: int | None
) -> None:
    topic = create_topic_on(kafka, unique("private"), [[1]])
    ends, (failure,) = offsets.end_offsets(connection_of(kafka, "billing"), [(topic, 0)], leaders={(topic, 0): leader})
    assert (ends, "uthoriz" in failure.sentence) == ({(topic, 0): None}, True), failure


def test_a_time_after_the_last_record_is_not_unknown(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("times"))
    produce(kafka, topic, ["a", "b"])
    for moment_ms, offset in ((0, 0), (4_000_000_000_000, -1)):
        assert offsets.offsets_at(connection, [(topic, 0)], moment_ms) == ({(topic, 0): offset}, ())


def test_what_there_is_no_time_for_is_unknown_and_says_why(kafka: KafkaCluster, connection: Connection) -> None:
    keys = [("late", number) for number in range(100_000)]
    marks, failures = offsets.watermarks(connection, keys, leaders=dict.fromkeys(keys, 1), timeout=0.001)
    assert set(marks.values()) == {Watermarks(None, None)}
    assert [failure.subject for failure in failures] == ["offsets of 100,000 partition(s)"]
