"""Writing a record, by a producer of its own that is gone afterwards.

Kafka requests: one metadata, one produce to the partition's leader. A producer that is idempotent writes a record once,
however often librdkafka has to send it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from clusters.gateway.clients.connection import Connection, librdkafka_config
from clusters.gateway.clients.pool import BAD_VALUES, unusable
from clusters.gateway.errors import CHECK_BROKERS, KafkaFailure, TimedOut, from_kafka_error

TIMEOUT = 5.0
LARGEST_REQUEST = 10_000_000  # bytes; what the topic takes, its max.message.bytes says
NO_TIME = -1  # milliseconds, of a record that has no timestamp
EARLIEST = 1  # milliseconds since 1970; librdkafka takes 0 for now


@dataclass(frozen=True)
class NewRecord:
    """A record to be written. None is null; without a partition, Java's partitioner chooses by the key.

    Without a time it is written as of now; the time 0 becomes the earliest one that can be written.
    """

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    partition: int | None = None
    time_ms: int | None = None


@dataclass(frozen=True)
class Place:
    """Where a record was written."""

    partition: int
    offset: int


def produce(connection: Connection, topic: str, record: NewRecord, *, timeout: float = TIMEOUT) -> Place:
    """Write a record, and wait until all in-sync replicas have it.

    Raises:
        KafkaFailure: it was refused, or nothing is known of it in time.
    """
    delivered: list[tuple[KafkaError | None, Message]] = []
    producer = producer_of(connection, timeout)
    try:
        producer.produce(
            topic,
            **fields_of(record),
            on_delivery=lambda error, message: delivered.append((error, message)),
        )
        deadline = time.monotonic() + timeout
        while not delivered and time.monotonic() < deadline:
            producer.poll(0.05)  # raises what ends an idempotent producer, such as no right to write anywhere
    except (KafkaException, BufferError, *BAD_VALUES) as error:
        raise refusal(error, topic) from error
    if not delivered:
        producer.purge()
        producer.flush(0.5)
        raise TimedOut("Kafka did not confirm the record in time; it may have been written.", CHECK_BROKERS)
    refused, message = delivered[0]
    if refused is not None:
        raise from_kafka_error(refused, subject=topic)
    return Place(int(message.partition() or 0), int(message.offset() or 0))


def produce_in_order(
    connection: Connection, topic: str, records: Sequence[NewRecord], *, timeout: float = TIMEOUT
) -> None:
    """Write records one after the other, by one producer, and wait until all in-sync replicas have all of them.

    Raises:
        KafkaFailure: one was refused, or nothing is known of it in time; some of the others may have been written.
    """
    failed: list[KafkaError] = []
    producer = producer_of(connection, timeout)
    try:
        for record in records:
            producer.produce(
                topic, **fields_of(record), on_delivery=lambda error, _: failed.append(error) if error else None
            )
            producer.poll(0)
        unconfirmed = producer.flush(timeout)
    except (KafkaException, BufferError, *BAD_VALUES) as error:
        raise refusal(error, topic) from error
    if failed:
        raise from_kafka_error(failed[0], subject=topic)
    if unconfirmed:
        producer.purge()
        producer.flush(0.5)
        raise TimedOut("Kafka did not confirm the records in time; they may have been written.", CHECK_BROKERS)


def producer_of(connection: Connection, timeout: float) -> Producer:
    """Return a new producer.

    Raises:
        KafkaFailure: the connection's properties cannot be used.
    """
    config: dict[str, Any] = {
        **librdkafka_config(connection),
        "enable.idempotence": True,
        "linger.ms": 0,
        "partitioner": "murmur2_random",
        "message.timeout.ms": int(timeout * 1000),
        "message.max.bytes": LARGEST_REQUEST,
    }
    try:
        return Producer(config)
    except (KafkaException, *BAD_VALUES) as error:
        raise unusable(error) from error


def refusal(error: Exception, topic: str) -> KafkaFailure:
    """Return the failure for a record that the library itself does not take, or after which it is of no more use."""
    if isinstance(error, KafkaException):
        return from_kafka_error(error, subject=topic)
    return unusable(error)


def fields_of(record: NewRecord) -> dict[str, Any]:
    """Return a record as librdkafka takes it."""
    fields: dict[str, Any] = {"key": record.key, "value": record.value, "headers": list(record.headers)}
    if record.partition is not None:
        fields["partition"] = record.partition
    if record.time_ms is not None:
        fields["timestamp"] = record.time_ms or EARLIEST
    return fields
