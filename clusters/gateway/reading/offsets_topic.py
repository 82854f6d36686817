"""Reading ``__consumer_offsets`` from given positions, without a consumer group."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection, reading_config
from clusters.gateway.errors import KafkaFailure, from_kafka_error

TOPIC = "__consumer_offsets"
BATCH = 10_000  # records per batch
WAIT = 0.2  # seconds to wait for a batch before checking the deadline
PASSING = {KafkaError._PARTITION_EOF, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT}


Record = tuple[int, int, bytes | None, bytes | None, int]
"""A record of the offsets topic: partition, offset, key, value, and the time when it was written, in milliseconds.

A tuple, because millions are read at a time and named fields would take 50 % longer.
"""


class OffsetsTopicReader:
    """Reads some partitions of the offsets topic. Not thread-safe; belongs to one process.

    Read-uncommitted, like Burrow: a transaction's offsets count before it ends.
    """

    def __init__(self, connection: Connection, positions: Mapping[int, int]) -> None:
        """Start at ``positions``, the next offset by partition.

        Raises:
            KafkaFailure: the settings cannot be used.
        """
        own = {"queued.max.messages.kbytes": 65_536, "error_cb": pool.weakly(self._note)}
        config: Any = reading_config(connection) | own
        self.cause: KafkaError | None = None
        self.reached: dict[int, int] = {}
        try:
            self.consumer = Consumer(config)
            self.consumer.assign([TopicPartition(TOPIC, number, offset) for number, offset in positions.items()])
        except (KafkaException, *pool.BAD_VALUES) as error:
            raise pool.unusable(error) from error

    def _note(self, error: KafkaError) -> None:
        """Remember the cause; reading itself merely returns no records."""
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self.cause = error

    def read(self, positions: Mapping[int, int], ends: Mapping[int, int], seconds: float) -> Iterator[list[Record]]:
        """Yield batches until every partition is read up to its end, or for ``seconds``.

        ``positions`` is checked before each batch; the caller advances it when it applies the records.

        Raises:
            KafkaFailure: reading is not allowed, or an offset is out of range, or the brokers are gone.
        """
        deadline = time.monotonic() + seconds
        self.cause = None
        while any(max(positions[partition], self.reached.get(partition, 0)) < end for partition, end in ends.items()):
            messages = self.consumer.consume(BATCH, min(WAIT, max(0.0, deadline - time.monotonic())))
            # In the library's types these values are optional; messages without an error have all of them.
            records: Any = [
                (message.partition(), message.offset(), message.key(), message.value(), message.timestamp()[1])
                for message in messages
                if message.error() is None
            ]
            if len(records) < len(messages):
                self._take(message for message in messages if message.error())
            if records:
                yield records
            if time.monotonic() >= deadline:
                break

    def _take(self, events: Iterable[Message]) -> None:
        """Note the ends reached, since the last offsets may have no record (compaction, transaction markers).

        Raises:
            KafkaFailure: reading cannot go on.
        """
        for event in events:
            error = event.error()
            if error and error.code() not in PASSING:
                raise from_kafka_error(error, subject=TOPIC)
            if error and error.code() == KafkaError._PARTITION_EOF:
                self.reached[event.partition() or 0] = event.offset() or 0

    def seek(self, partition: int, offset: int) -> None:
        """Continue at another offset of a partition.

        Raises:
            KafkaFailure: with the cause.
        """
        self.reached.pop(partition, None)
        try:
            self.consumer.incremental_unassign([TopicPartition(TOPIC, partition)])
            self.consumer.incremental_assign([TopicPartition(TOPIC, partition, offset)])
        except KafkaException as error:
            raise from_kafka_error(error, subject=TOPIC) from error

    def trouble(self) -> KafkaFailure | None:
        """Return what the brokers' connections last reported while reading, if anything."""
        return from_kafka_error(self.cause) if self.cause else None

    def close(self) -> None:
        """Release connections and threads."""
        self.consumer.close()
