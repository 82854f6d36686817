from collections.abc import Callable
from typing import Any

import pytest

from clusters.gateway import offsets, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.undecoded import Response
from clusters.gateway.offsets import Watermarks
from clusters.gateway.reading.watermark_reader import WatermarkReader
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic, produce

Unique = Callable[[str], str]


def leaders_of(connection: Connection, *names: str) -> dict[tuple[str, int], int | None]:
    """Return the leaders of some topics' partitions."""
    _, leaders = topics.leaders(connection)
    return {(name, number): leader for name in names for number, leader in enumerate(leaders[name])}


def test_it_says_what_there_is_and_decodes_only_what_is_new(
    kafka: KafkaCluster, connection: Connection, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [create_topic(kafka, unique("work"), partitions=3, replication=3) for _ in range(2)]
    produce(kafka, names[0], ["a", "b"], partition=1)
    leaders, decoded = leaders_of(connection, *names), []
    monkeypatch.setattr(offsets, "SMALLEST", 1)
    decode = Response.decoded

    def counted(self: Response) -> Any:
        decoded.append(self)
        return decode(self)

    monkeypatch.setattr(Response, "decoded", counted)
    reader = WatermarkReader(connection)
    marks, failures = reader.read(leaders, timeout=5)
    assert (dict(marks), failures) == (
        {**dict.fromkeys(leaders, Watermarks(0, 0)), (names[0], 1): Watermarks(0, 2)},
        (),
    )
    first = len(decoded)
    assert not reader.has_moved(timeout=5)
    assert reader.read(leaders, timeout=5)[0] == marks
    assert len(decoded) == first
    produce(kafka, names[1], ["c"], partition=2)
    assert reader.has_moved(timeout=5)
    assert reader.read(leaders, timeout=5)[0][names[1], 2] == Watermarks(0, 1)
    assert len(decoded) == first + 2


def test_whom_it_takes_for_the_leader_by_mistake_it_need_not_believe(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("moved"), partitions=2, replication=1)
    produce(kafka, topic, ["a"], partition=0)
    leaders = leaders_of(connection, topic)
    wrong: dict[tuple[str, int], int | None] = {key: (leader or 0) % 3 + 1 for key, leader in leaders.items()}
    marks, failures = WatermarkReader(connection).read(wrong | {(topic, 1): None}, timeout=5)
    assert (marks[topic, 0], failures) == (Watermarks(0, 1), ())
    assert marks[topic, 1] == Watermarks(0, 0)


def test_a_partition_that_does_not_exist_is_unknown_and_the_others_are_known(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("small"))
    leaders = leaders_of(connection, topic)
    marks, failures = WatermarkReader(connection).read(leaders | {(topic, 7): leaders[topic, 0]}, timeout=5)
    assert marks == {(topic, 0): Watermarks(0, 0), (topic, 7): Watermarks(None, None)}
    assert failures
