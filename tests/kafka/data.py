"""Things to put into a test cluster, each in one call."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, IsolationLevel, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from clusters.gateway import propagation
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import TimedOut
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups import offsets as group_offsets
from tests.kafka.cluster import KafkaCluster
from tests.kafka.properties import password
from tests.kafka.waiting import eventually

ADMINS: dict[str, AdminClient] = {}
PRODUCERS: dict[str, Producer] = {}


def connection_of(kafka: KafkaCluster, user: str = "admin") -> Connection:
    """Return the gateway's connection for a user."""
    return Connection(kafka.bootstrap_servers, "SASL_PLAINTEXT", "SCRAM-SHA-512", user, password(user))


def admin_of(kafka: KafkaCluster) -> AdminClient:
    """Return an administrator's client; of the run's Kafka always the same: signing in costs more than most requests.

    Whoever started brokers may stop them, and gets a new client, which has no broker in mind.
    """
    if kafka.processes or kafka.bootstrap_servers not in ADMINS:
        ADMINS[kafka.bootstrap_servers] = AdminClient(kafka.client_config())
    return ADMINS[kafka.bootstrap_servers]


def producer_of(kafka: KafkaCluster) -> Producer:
    """Return a producer, kept as an administrator's client is."""
    if kafka.processes or kafka.bootstrap_servers not in PRODUCERS:
        PRODUCERS[kafka.bootstrap_servers] = Producer({**kafka.client_config(), "linger.ms": 5})
    return PRODUCERS[kafka.bootstrap_servers]


def create_topic(
    kafka: KafkaCluster,
    name: str,
    *,
    partitions: int = 1,
    replication: int = 1,
    config: Mapping[str, str] | None = None,
) -> str:
    """Create a topic, wait until whichever broker is asked knows it, and return its name."""
    admin = admin_of(kafka)
    new = NewTopic(name, partitions, replication, config=dict(config or {}))
    admin.create_topics([new], operation_timeout=10)[name].result(30)
    assert propagation.await_topic(connection_of(kafka), name, partitions, timeout=20)
    return name


def create_topic_on(
    kafka: KafkaCluster, name: str, replicas: list[list[int]], config: Mapping[str, str] | None = None
) -> str:
    """Create a topic with the replicas of each partition on brokers that are named, and return its name."""
    admin = admin_of(kafka)
    new = NewTopic(name, len(replicas), replica_assignment=replicas, config=dict(config or {}))
    admin.create_topics([new], operation_timeout=10)[name].result(30)
    assert propagation.await_topic(connection_of(kafka), name, len(replicas), timeout=20)
    return name


def delete_topic(kafka: KafkaCluster, name: str) -> None:
    """Delete a topic, and wait until no broker knows it."""
    admin = admin_of(kafka)
    admin.delete_topics([name], operation_timeout=10)[name].result(30)
    assert propagation.await_topic(connection_of(kafka), name, 0, timeout=20)


def produce(kafka: KafkaCluster, topic: str, values: Iterable[str], *, partition: int = 0) -> None:
    """Write values to one partition and wait until all are acknowledged."""
    producer = producer_of(kafka)
    failures: list[Any] = []
    for value in values:
        producer.produce(
            topic, value.encode(), partition=partition, on_delivery=lambda error, _: failures.append(error)
        )
    producer.flush(20)
    assert not any(failures), failures


def await_markers(kafka: KafkaCluster, topic: str, partitions: int) -> None:
    """Wait until no transaction is open: the markers that end one come a moment after its commit has returned."""
    admin = admin_of(kafka)

    def ends(level: IsolationLevel) -> list[int]:
        latest = {TopicPartition(topic, number): OffsetSpec.latest() for number in range(partitions)}
        return [future.result(30).offset for future in admin.list_offsets(latest, isolation_level=level).values()]

    eventually(lambda: ends(IsolationLevel.READ_COMMITTED) == ends(IsolationLevel.READ_UNCOMMITTED))


def commit(kafka: KafkaCluster, group: str, offsets: Mapping[tuple[str, int], int]) -> None:
    """Commit offsets for a group without members, once its coordinator knows the topics and is there.

    What came too late for an answer may have been taken after all: a second commit of it would show in windows.
    """
    connection = connection_of(kafka)

    def is_taken() -> bool:
        (committed,) = groups.committed(connection, [group]).items
        return committed.offsets.items() >= offsets.items()

    def accepted() -> bool:
        try:
            group_offsets.alter(connection, group, offsets, timeout=30)
        except TimedOut:
            eventually(is_taken, timeout=10)
        return True

    eventually(accepted, timeout=90)


@contextmanager
def consumer(
    kafka: KafkaCluster, group: str, topics: list[str], *, protocol: str = "classic", client_id: str = "test"
) -> Iterator[Consumer]:
    """Join a group, yield once something is assigned, leave again."""
    assigned: list[Any] = []
    config = {
        **kafka.client_config(),
        "group.id": group,
        "client.id": client_id,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "group.protocol": protocol,
    }
    kafka_consumer = Consumer(config)
    kafka_consumer.subscribe(topics, on_assign=lambda _, partitions: assigned.extend(partitions))
    try:
        for _ in range(300):
            kafka_consumer.poll(0.1)
            if assigned:
                break
        assert assigned, "nothing was assigned"
        yield kafka_consumer
    finally:
        kafka_consumer.close()


@contextmanager
def share_consumer(kafka: KafkaCluster, group: str, topics: list[str], *, client_id: str = "test") -> Iterator[Any]:
    """Join a share group and leave again."""
    from confluent_kafka import ShareConsumer

    share_group_consumer = ShareConsumer({**kafka.client_config(), "group.id": group, "client.id": client_id})
    share_group_consumer.subscribe(topics)
    try:
        share_group_consumer.poll(1.0)
        yield share_group_consumer
    finally:
        share_group_consumer.close()


def hang(kafka: KafkaCluster, topic: str, *, producer_id: int) -> None:
    """Write a record of a transaction that no coordinator knows, an hour old; brokers from 3.6 on refuse it."""
    from kafka.protocol.producer import ProduceRequest
    from kafka.record.default_records import DefaultRecordBatchBuilder

    from clusters.gateway.clients import protocol

    batch = DefaultRecordBatchBuilder(
        magic=2, compression_type=0, is_transactional=1, producer_id=producer_id, producer_epoch=0, base_sequence=0,
        batch_size=10_000,
    )  # fmt: skip
    batch.append(0, timestamp=int(1000 * (time.time() - 3600)), key=None, value=b"hanging", headers=[])
    topic_class = ProduceRequest.TopicProduceData
    partition = topic_class.PartitionProduceData(index=0, records=bytes(batch.build()))
    topics = [topic_class(name=topic, partition_data=[partition])]
    request = ProduceRequest(transactional_id="nobody", acks=-1, timeout_ms=5000, topic_data=topics, max_version=7)
    (response,) = protocol.send(connection_of(kafka), request, 1, timeout=10).responses
    assert not response.partition_responses[0].error_code, response
