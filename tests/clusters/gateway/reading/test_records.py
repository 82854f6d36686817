"""Reading records while the log changes."""

from collections.abc import Callable

from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.log.records import Keep
from clusters.gateway.offsets import watermarks
from clusters.gateway.reading.records import Reader, Reading, Span
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import produce
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]


def reading(connection: Connection, topic: str, spans: dict[int, Span]) -> Reading:
    leaders = {partition.id: partition.leader for partition in topics.describe(connection, topic).partitions}
    reader = Reader(connection, topic, spans, leaders=leaders, keep=Keep(100, 100, 100))
    return reader.read(lambda _: True, 100, newest=False, seconds=20)


def test_where_records_were_deleted_meanwhile_it_is_told_and_the_rest_is_left_for_the_next_page(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("deleted"), partitions=2)
    for partition in (0, 1):
        produce(kafka, topic, map(str, range(10)), partition=partition)
    before = {0: Span(0, 10), 1: Span(0, 10)}
    admin, first = AdminClient(kafka.client_config()), TopicPartition(topic, 0, 6)
    admin.delete_records([first])[first].result(20)
    eventually(lambda: watermarks(connection, [(topic, 0)])[0][topic, 0].low == 6)
    first_reading = reading(connection, topic, before)
    assert (first_reading.deleted, first_reading.unread, first_reading.reached) == ([0], [], {0: 0, 1: 10})
    assert [record.offset for record in first_reading.records[1]] == list(range(10))
    after = reading(connection, topic, {0: Span(6, 10)})
    assert ([record.offset for record in after.records[0]], after.deleted) == ([6, 7, 8, 9], [])


def test_partitions_whose_batches_are_too_large_to_come_together_are_all_read(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("large"), partitions=9)
    producer = Producer({**kafka.client_config(), "linger.ms": 2_000, "batch.size": 1_000_000})
    for number in range(9 * 900):  # nearly a megabyte of each, in one batch
        producer.produce(topic, str(number).zfill(1_000), partition=number % 9)
    producer.flush(30)
    whole = reading(connection, topic, {partition: Span(880, 900) for partition in range(9)})
    assert {partition: len(records) for partition, records in whole.records.items()} == dict.fromkeys(range(9), 20)
    assert (whole.unread, whole.looked_at) == ([], 180)


def test_an_end_that_is_not_yet_where_it_was_meant_to_be_is_no_further_than_it_is(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = known_topic(kafka, unique("short"))
    produce(kafka, topic, map(str, range(3)))
    first_reading = reading(connection, topic, {0: Span(0, 8)})
    assert (len(first_reading.records[0]), first_reading.reached, first_reading.unread) == (3, {0: 3}, [])
