"""Writing in slices: what was written last is known to who comes after, also where transactions are not allowed."""

from collections.abc import Callable
from contextlib import closing

import pytest
from confluent_kafka import Consumer, TopicPartition

from clusters.gateway import topics
from clusters.gateway.access.acls import Acl
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, NotFound, TimedOut
from clusters.gateway.writing import slices
from clusters.gateway.writing.produce import NewRecord
from clusters.gateway.writing.slices import SliceWriter, forget
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of
from tests.kafka.waiting import eventually
from tests.lag.collecting.test_rights import entered

Unique = Callable[[str], str]


def records(*values: str) -> list[NewRecord]:
    return [NewRecord(None, value.encode(), (), 0) for value in values]


def read(kafka: KafkaCluster, topic: str, isolation: str = "read_committed") -> list[str]:
    config = {"group.id": "plain", "isolation.level": isolation, "enable.partition.eof": True}
    consumer, values = Consumer({**kafka.client_config(), **config}), list[str]()
    consumer.assign([TopicPartition(topic, 0, 0)])
    while (message := consumer.poll(20)) is not None and not message.error():
        values.append((message.value() or b"").decode())
    consumer.close()
    return values


def writer_of(connection: Connection, topic: str, name: str) -> SliceWriter:
    """Return a writer as soon as the coordinators of its name are there."""
    writers: list[SliceWriter] = []

    def is_ready() -> bool:
        try:
            writer = SliceWriter(connection, topic, name)
            writer.last_written()
        except TimedOut:
            return False
        writers.append(writer)
        return True

    eventually(is_ready, timeout=60)
    return writers[0]


def test_who_comes_after_knows_what_was_written_and_shuts_the_former_out(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic, name = known_topic(kafka, unique("slices")), unique("kafkaadmin-job")
    former = writer_of(connection, topic, name)
    assert (former.exactly_once, former.last_written()) == (True, None)
    former.write(records("a", "b"), 1)
    former.producer.begin_transaction()
    former.send(records("left open"))
    with closing(writer_of(connection, topic, name)) as later:
        eventually(lambda: later.last_written() == 1)
        with pytest.raises(KafkaFailure):
            former.write(records("too late"), 2)
        later.write(records("c"), 2)
        eventually(lambda: later.last_written() == 2)
    eventually(lambda: read(kafka, topic) == ["a", "b", "c"])  # the marker of a commit comes after it
    assert "left open" in read(kafka, topic, "read_uncommitted")
    forget(connection, name)
    forget(connection, name)  # it is gone already


def test_a_slice_that_is_refused_is_not_written_in_part(
    kafka: KafkaCluster, connection: Connection, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, name = known_topic(kafka, unique("small"), config={"max.message.bytes": "1000"}), unique("kafkaadmin-job")
    with closing(writer_of(connection, topic, name)) as writer:
        with pytest.raises(KafkaFailure, match="large"):
            writer.write([*records("fits"), NewRecord(None, b"x" * 5_000)], 1)
        eventually(lambda: writer.last_written() is None)
    assert read(kafka, topic) == []
    monkeypatch.setattr(slices, "SECONDS", 2.0)
    with closing(writer_of(connection, topic, name)) as writer:
        topics.delete(connection, topic)
        with pytest.raises(NotFound, match="There is no topic"):
            writer.write(records("lost"), 1)


@pytest.mark.parametrize("with_transactions", [False, True])
def test_without_the_rights_for_transactions_it_writes_at_least_once(
    kafka: KafkaCluster, unique: Unique, with_transactions: bool
) -> None:
    topic, name = known_topic(kafka, unique("plain")), unique("kafkaadmin-job")
    rights = [Acl("User:app", "*", operation, "ALLOW", "TOPIC", topic, "LITERAL") for operation in ("WRITE", "READ")]
    if with_transactions:  # but not the group, whose offset notes the slice
        rights.append(Acl("User:app", "*", "WRITE", "ALLOW", "TRANSACTIONAL_ID", name, "LITERAL"))
        rights.append(Acl("User:app", "*", "DESCRIBE", "ALLOW", "GROUP", name, "LITERAL"))
    with entered(kafka, *rights), closing(writer_of(connection_of(kafka, "app"), topic, name)) as writer:
        writer.write(records("a", "b"), 1)
        writer.write(records("c"), 2)
        assert not writer.exactly_once
    eventually(lambda: read(kafka, topic) == ["a", "b", "c"])  # the marker of a commit comes after it


def test_nobody_there_is_a_failure_that_passes() -> None:
    with pytest.raises(TimedOut):
        SliceWriter(Connection("127.0.0.1:1"), "orders", "kafkaadmin-job", seconds=1.0)
