"""Reading records of a topic from here to there, without a group of one's own."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, Consumer, KafkaError, KafkaException, Message, TopicPartition

from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection, reading_config
from clusters.gateway.errors import from_kafka_error
from clusters.gateway.offsets_topic import PASSING

BATCH = 500  # records handed over at once
WAIT = 0.05  # seconds to wait for so many, though fewer have come
HELD = 64_000_000  # bytes of records that one reading keeps
END, DELETED = KafkaError._PARTITION_EOF, KafkaError._AUTO_OFFSET_RESET  # after these nothing more comes


@dataclass(frozen=True, slots=True)
class Record:
    """A record. Of a long key or value only the beginning is kept; sizes are those of the whole, in bytes.

    ``time_ms`` is None where it has none; ``appended`` tells whether the broker, not the producer, set it.
    """

    partition: int
    offset: int
    time_ms: int | None
    appended: bool
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    key_size: int
    value_size: int

    @property
    def held(self) -> int:
        """Bytes that are kept of it."""
        return len(self.key or b"") + len(self.value or b"") + sum(len(value or b"") for _, value in self.headers)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a partition: from an offset to before another one."""

    start: int
    end: int


@dataclass
class Reading:
    """What came of reading: by partition the records that were wanted, and the offset up to which was read.

    ``unread`` are the partitions for which time, or room, did not suffice; in ``deleted`` ones, records that were to be
    read next had just been deleted.
    """

    spans: Mapping[int, Span]
    records: dict[int, deque[Record]] = field(default_factory=dict)
    reached: dict[int, int] = field(default_factory=dict)
    looked_at: int = 0
    unread: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)


MessageFilter = Callable[[Message], bool]


class Reader:
    """Reads spans of a topic once; uncommitted records of transactions, too."""

    def __init__(self, connection: Connection, topic: str, spans: Mapping[int, Span], *, max_bytes: int) -> None:
        """Start at the spans' beginnings.

        Args:
            connection: to the cluster.
            topic: its name.
            spans: by partition; empty ones are not read.
            max_bytes: how many bytes of each key, value and header are kept.

        Raises:
            KafkaFailure: the settings cannot be used.
        """
        config: Any = reading_config(connection) | {
            "queued.max.messages.kbytes": 16_384,
            "fetch.max.bytes": 8_388_608,
        }
        self.topic, self.max_bytes, self.held = topic, max_bytes, 0
        self.reading = Reading(
            spans,
            {partition: deque() for partition in spans},
            {partition: span.start for partition, span in spans.items()},
        )
        self.left = {partition for partition, span in spans.items() if span.start < span.end}
        try:
            self.consumer = Consumer(config)
            self.consumer.assign([TopicPartition(topic, partition, spans[partition].start) for partition in self.left])
        except (KafkaException, *pool.BAD_VALUES) as error:
            raise pool.unusable(error) from error

    def read(self, matches: MessageFilter, limit: int, *, newest: bool, seconds: float) -> Reading:
        """Read until all spans are read, so much is kept, or time is over.

        Args:
            matches: tells which records are kept.
            limit: how many of each partition are needed.
            newest: whether these are the last of them, rather than the first.
            seconds: at most.

        Raises:
            KafkaFailure: reading is not allowed.
        """
        deadline = time.monotonic() + seconds
        while self.left and self.held < HELD and time.monotonic() < deadline:
            for message in self.consumer.consume(BATCH, min(WAIT, max(0.0, deadline - time.monotonic()))):
                record = self.take(message, matches)
                if record:
                    self.keep(record, limit, newest=newest)
        self.reading.unread = sorted(self.left)
        return self.reading

    def keep(self, record: Record, limit: int, *, newest: bool) -> None:
        """Keep a record, and as many of its partition as are needed."""
        records = self.reading.records[record.partition]
        records.append(record)
        self.held += record.held
        if newest and len(records) > limit:
            self.held -= records.popleft().held
        elif not newest and len(records) == limit:
            self.end(record.partition)

    def take(self, message: Message, matches: MessageFilter) -> Record | None:
        """Note how far a partition is read; return the record if it is within the span, and wanted.

        Raises:
            KafkaFailure: reading cannot go on.
        """
        error, partition, offset = message.error(), message.partition() or 0, message.offset() or 0
        if error:
            self.note(error, partition, offset)
        if error or partition not in self.left:
            return None
        span = self.reading.spans[partition]
        self.reading.reached[partition] = min(offset + 1, span.end)
        if offset + 1 >= span.end:
            self.end(partition)
        if offset >= span.end:
            return None
        self.reading.looked_at += 1
        return self.record(message) if matches(message) else None

    def note(self, error: KafkaError, partition: int, offset: int) -> None:
        """Note that a partition is at its end, or that what was to be read of it is deleted.

        Raises:
            KafkaFailure: it is something else, and does not pass.
        """
        code = error.code()
        if code not in PASSING | {DELETED}:
            raise from_kafka_error(error, subject=self.topic)
        if partition not in self.left or code not in {END, DELETED}:
            return
        span = self.reading.spans[partition]
        if code == END:
            self.reading.reached[partition] = max(self.reading.reached[partition], min(offset, span.end))
        else:
            self.reading.deleted.append(partition)
        self.end(partition)

    def end(self, partition: int) -> None:
        """Read no further in a partition."""
        if partition in self.left:
            self.left.remove(partition)
            self.consumer.incremental_unassign([TopicPartition(self.topic, partition)])

    def record(self, message: Message) -> Record:
        """Return a message as a record."""
        kind, moment = message.timestamp()
        key, value = as_bytes(message.key()), as_bytes(message.value())
        return Record(
            partition=message.partition() or 0,
            offset=message.offset() or 0,
            time_ms=moment if moment >= 0 else None,
            appended=kind == TIMESTAMP_LOG_APPEND_TIME,
            key=key and key[: self.max_bytes],
            value=value and value[: self.max_bytes],
            headers=tuple(
                (name, (content := as_bytes(text)) and content[: self.max_bytes]) for name, text in headers_of(message)
            ),
            key_size=len(key or b""),
            value_size=len(value or b""),
        )

    def close(self) -> None:
        """Let go of connections and threads."""
        self.consumer.close()


def headers_of(message: Message) -> list[tuple[str, Any]]:
    """Return a message's headers, in order."""
    headers: Any = message.headers()
    return list(headers or ())


def as_bytes(data: Any) -> bytes | None:
    """Return what the library gives as bytes."""
    return data.encode() if isinstance(data, str) else data
