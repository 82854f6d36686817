"""Writing many records in slices, each in a transaction of its own together with the number of the slice.

Who goes on after a writer that was killed learns from Kafka which slice was written last: its number is committed as
the metadata of an offset, of a group that has the writer's name, in the same transaction. The offset itself is the end
of the log, so that the group never looks as if it lagged. Where the principal may not use transactions, slices are
written without: then the one that was being written when a writer died may be there twice.

Kafka requests: those of a transaction for each slice (add partitions, produce, add and commit offsets, end).
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from kafka.protocol.consumer import OffsetFetchRequest

from clusters.gateway import offsets, topics
from clusters.gateway.clients import coordinators, protocol
from clusters.gateway.clients.connection import Connection, librdkafka_config
from clusters.gateway.clients.pool import BAD_VALUES, unusable
from clusters.gateway.errors import CHECK_BROKERS, KafkaFailure, NotAuthorized, NotFound, TimedOut, from_kafka_error
from clusters.gateway.groups import describing as groups
from clusters.gateway.writing.produce import LARGEST_REQUEST, NewRecord, fields_of

SECONDS = 15.0  # for each step of a transaction
PASSING = frozenset({88})  # error code: an offset is part of a transaction that is not over
TRANSACTION_MS = 60_000  # after which Kafka itself aborts what a killed writer left open


class SliceWriter:
    """Writes to one topic; ``exactly_once`` tells whether it may use transactions."""

    def __init__(self, connection: Connection, topic: str, name: str, *, seconds: float = SECONDS) -> None:
        """Take over from whoever wrote under this name before: what they left open is aborted, and they are shut out.

        Raises:
            KafkaFailure: Kafka is not reachable, or the settings cannot be used.
        """
        self.connection, self.topic, self.name, self.end = connection, topic, name, 0
        self.exactly_once, self.has_written = True, False
        self.producer = self.made({"transactional.id": name, "transaction.timeout.ms": TRANSACTION_MS})
        try:
            self.doing(lambda: self.producer.init_transactions(seconds))
        except NotAuthorized:
            self.without_transactions()
        self.group = Consumer({**librdkafka_config(connection), "group.id": name})  # joins nothing

    def made(self, more: dict[str, Any]) -> Producer:
        config: dict[str, Any] = {
            **librdkafka_config(self.connection),
            "enable.idempotence": True,
            "linger.ms": 5,
            "partitioner": "murmur2_random",
            "message.timeout.ms": int(SECONDS * 1000),
            "message.max.bytes": LARGEST_REQUEST,
            **more,
        }
        try:
            return Producer(config)
        except (KafkaException, *BAD_VALUES) as error:
            raise unusable(error) from error

    def without_transactions(self) -> None:
        self.exactly_once, self.producer = False, self.made({})

    def doing(self, act: Callable[[], object]) -> None:
        """Do a step.

        Raises:
            KafkaFailure: it was refused, or did not end in time.
        """
        try:
            act()
        except KafkaException as error:
            reason: KafkaError = error.args[0]
            failure = from_kafka_error(reason, subject=self.topic)
            if reason.retriable() and not isinstance(failure, NotAuthorized):
                failure = TimedOut(failure.sentence, CHECK_BROKERS)
            raise failure from error
        except BAD_VALUES as error:
            raise unusable(error) from error

    def last_written(self) -> int | None:
        """Return the number of the slice that was written last; None where Kafka knows of none.

        Raises:
            KafkaFailure: Kafka does not tell.
        """
        if not self.exactly_once:
            return None
        try:
            return noted_number(self.connection, self.name, self.topic)
        except NotAuthorized:
            self.without_transactions()
            return None

    def write(self, records: Sequence[NewRecord], number: int) -> None:
        """Write a slice, all of it or, with transactions, nothing. Whether they may be used, the first one shows.

        Raises:
            KafkaFailure: it was refused, or nothing is known of it in time.
        """
        if self.exactly_once:
            try:
                self.transact(records, number)
            except NotAuthorized:
                if self.has_written:
                    raise
                self.without_transactions()
        if not self.exactly_once:
            self.send(records)
        self.has_written = True

    def transact(self, records: Sequence[NewRecord], number: int) -> None:
        """Write a slice and its number in a transaction.

        Raises:
            KafkaFailure: it was aborted; or, where the end of it is not known, it will be by the next writer.
        """
        self.doing(self.producer.begin_transaction)
        try:
            self.send(records)
            place = TopicPartition(self.topic, 0, self.end or self.end_of_log(), str(number))
            metadata = self.group.consumer_group_metadata()
            self.doing(lambda: self.producer.send_offsets_to_transaction([place], metadata, SECONDS))
            self.doing(lambda: self.producer.commit_transaction(SECONDS))
        except KafkaFailure:
            with suppress(KafkaException):
                self.producer.abort_transaction(SECONDS)
            raise

    def end_of_log(self) -> int:
        ends, _ = offsets.end_offsets(self.connection, [(self.topic, 0)])
        return ends[self.topic, 0] or 0

    def send(self, records: Sequence[NewRecord]) -> None:
        """Send records, and wait until all in-sync replicas have them.

        Raises:
            KafkaFailure: one was refused, or nothing is known of it in time.
        """
        refusals: list[KafkaError] = []

        def note(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                refusals.append(error)
            elif message.partition() == 0:
                self.end = max(self.end, int(message.offset() or 0) + 1)

        for record in records:
            self.doing(lambda record=record: self.queue(record, note))  # type: ignore[misc]
        left = self.producer.flush(SECONDS)
        if left:
            self.producer.purge()
            self.require_topic()
            raise TimedOut(f"Kafka did not confirm {left:,} records in time.", CHECK_BROKERS)
        if refusals:
            failure = from_kafka_error(refusals[0], subject=self.topic)
            if isinstance(failure, TimedOut):
                self.require_topic()
            raise failure

    def require_topic(self) -> None:
        """Raises NotFound: the topic was deleted, which the library waits to see again."""
        topics.describe(self.connection, self.topic)

    def queue(self, record: NewRecord, note: Callable[[KafkaError | None, Message], None]) -> None:
        """Hand a record to the library, which sends it by itself; wait where it has as many as it takes."""
        queued = False
        while not queued:
            try:
                self.producer.produce(self.topic, **fields_of(record), on_delivery=note)
                queued = True
            except BufferError:
                self.producer.poll(0.1)
        self.producer.poll(0)

    def close(self) -> None:
        """End; why the producer is of no more use, if it is not, was told where it was noticed."""
        self.group.close()
        with suppress(KafkaException):
            self.producer.flush(0)


def noted_number(connection: Connection, name: str, topic: str) -> int | None:
    """Return the number that a writer noted last, also where its transaction has only just ended.

    librdkafka's own call for it ends the process where the group's coordinator has moved (2.16).

    Raises:
        KafkaFailure: Kafka does not tell.
    """
    broker = coordinators.find_one(connection, name, timeout=SECONDS)
    group = OffsetFetchRequest.OffsetFetchRequestGroup(
        group_id=name,
        topics=[OffsetFetchRequest.OffsetFetchRequestGroup.OffsetFetchRequestTopics(name=topic, partition_indexes=[0])],
    )
    request = OffsetFetchRequest(groups=[group], require_stable=True, min_version=8, max_version=8)
    (group,) = protocol.send(connection, request, broker, timeout=SECONDS).groups
    protocol.raise_for_code(group.error_code, subject=name)
    (place,) = (partition for topic in group.topics for partition in topic.partitions)
    if place.error_code in PASSING:
        raise TimedOut(f"A transaction of {name} is just ending.", CHECK_BROKERS)
    protocol.raise_for_code(place.error_code, subject=name)
    number = (place.metadata or "").rstrip("\0")  # confluent-kafka sends one at the end
    return int(number) if number.isdecimal() else None


def forget(connection: Connection, name: str) -> None:
    """Delete the group that a writer noted its slices by; Kafka forgets it by itself after some days.

    Raises:
        KafkaFailure: that is not possible now.
    """
    with suppress(NotFound):
        groups.delete(connection, name)
