"""Reading records of a topic from here to there, without a group of one's own, and within bounds in time and bytes.

Kafka requests: fetches to the leaders, by the clients that are there anyway. What comes is unpacked piece by piece
(``log``), so that a few kilobytes on disk cannot become gigabytes in memory.
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kafka.protocol.consumer import FetchRequest

from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, NotFound, failed_code
from clusters.gateway.log.batches import Batch, OldFormatError, batches
from clusters.gateway.log.compression import CompressionError
from clusters.gateway.log.records import Budget, BudgetSpentError, Keep, Record, pieces_of, records, unpacked
from clusters.gateway.log.transactions import Markers, markers_in, transaction_of

FETCH_BYTES = 4_000_000  # of one answer; a batch that is larger comes alone
FIRST_BYTES = 100_000  # of one partition in the first answer; while batches are only searched, it may be all of it
GROWTH = 4  # by which it may be more in each further answer
PARTITION_BYTES = 1_050_000  # at most, and where a batch had no room; producers' batches are no larger by default
UNPACKED_BYTES = 200_000_000  # that one reading unpacks, a piece at a time
HELD_BYTES = 16_000_000  # of records that one reading keeps
DOWNLOADED_BYTES = 2_000_000_000  # that a download unpacks, a piece at a time
WAIT_MS = 100  # that a broker waits for records that should be there
FETCH_VERSION = 12  # the last that names topics
UNCOMMITTED, COMMITTED = 0, 1
OUT_OF_RANGE = 1  # error code: the records were deleted meanwhile
PASSING = frozenset({3, 5, 6, 9, 74, 75, 76, 77, 100})  # error codes of a leader that moves, or is not known yet


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a partition: from an offset to before another one."""

    start: int
    end: int


@dataclass
class Reading:
    """The result of reading: by partition, the selected records and the offset up to which it was read.

    In ``unread`` partitions, time or space ran out; in ``deleted`` ones, the next records had just been deleted; in
    ``unreadable`` ones a batch could not be unpacked, and why. ``open_from`` is where transactions are not over yet;
    ``markers`` tells whether there were markers of transactions among the records. Of ``silent`` partitions no
    answer came, while one came of others.
    """

    spans: Mapping[int, Span]
    records: dict[int, deque[Record]] = field(default_factory=dict)
    reached: dict[int, int] = field(default_factory=dict)
    looked_at: int = 0
    unread: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    unreadable: dict[int, str] = field(default_factory=dict)
    open_from: dict[int, int] = field(default_factory=dict)
    markers: bool = False
    silent: set[int] = field(default_factory=set)


Matches = Callable[[Record], bool]
MayMatch = Callable[[bytes], bool]
Mask = Callable[[Record], Record]


class Reader:
    """Reads spans of a topic once, and marks records of transactions that were aborted, or are still open."""

    def __init__(
        self,
        connection: Connection,
        topic: str,
        spans: Mapping[int, Span],
        *,
        leaders: Mapping[int, int | None],
        keep: Keep,
        search: Keep | None = None,
        committed: bool = False,
        may_match: MayMatch | None = None,
        mask: Mask | None = None,
    ) -> None:
        """Start at the spans' beginnings.

        Args:
            connection: to the cluster.
            topic: its name.
            spans: by partition; empty ones are not read.
            leaders: by partition.
            keep: how much of each record is kept.
            search: how much of it is looked at to find out whether it is to be kept, if more.
            committed: whether records of aborted and open transactions are passed over.
            may_match: tells of all bytes of a batch whether any of its records can be one that is searched for; of
                those that have none, no record is made. Not asked where records are masked.
            mask: what makes of a record what may be seen of it, before anything else looks at it.
        """
        self.connection, self.topic, self.leaders = connection, topic, leaders
        self.keep, self.look, self.committed, self.mask = keep, search or keep, committed, mask
        self.may_match = None if mask else may_match
        self.first: tuple[int, int] | None = None  # the batch that was unpacked first: partition and offset
        self.held, self.budget = 0, Budget(UNPACKED_BYTES)
        self.rounds = 0
        self.crowded_out = set[int]()  # partitions for whose records there was no room beside others'
        self.reading = Reading(
            spans,
            {partition: deque() for partition in spans},
            {partition: span.start for partition, span in spans.items()},
        )
        self.left = {partition for partition, span in spans.items() if span.start < span.end}

    def read(self, matches: Matches, limit: int, *, newest: bool, seconds: float) -> Reading:
        """Read until all spans are read, enough is kept, or time is over.

        Args:
            matches: selects the records to keep.
            limit: how many of each partition are needed.
            newest: whether to keep the last of them, rather than the first.
            seconds: the time limit.

        Raises:
            KafkaFailure: reading is not allowed, or no leader responses.
        """
        deadline = time.monotonic() + seconds
        stuck, answered = set[int](), set[int]()
        while (requested := self.left - stuck) and self.has_room() and time.monotonic() < deadline:
            before = self.progress()
            for partition, response, aborted in self.fetch(requested, deadline - time.monotonic()):
                answered.add(partition)
                self.take(partition, response, aborted, matches, limit, newest=newest, deadline=deadline)
            self.rounds += 1
            after = self.progress()
            unmoved = {partition for partition in requested if after[partition] == before[partition]}
            stuck |= unmoved if unmoved == requested else unmoved - self.crowded_out
        self.reading.unread = sorted(self.left)
        self.reading.silent = self.left - answered if answered else set()
        return self.reading

    def progress(self) -> dict[int, tuple[int, bool]]:
        """Return how far each partition is read, and whether into transactions that are not over yet."""
        return {partition: (at, partition in self.reading.open_from) for partition, at in self.reading.reached.items()}

    def has_room(self) -> bool:
        return self.held < HELD_BYTES and self.budget.left > 0

    def fetch(self, partitions: Collection[int], seconds: float) -> list[tuple[int, Any, list[tuple[int, int]]]]:
        """Ask the leaders; return each partition's answer, and its aborted transactions: first offset, producer.

        Raises:
            KafkaFailure: reading is not allowed, or no leader responses.
        """
        by_leader: dict[int, list[int]] = {}
        for partition in sorted(partitions, key=lambda partition: (partition not in self.crowded_out, partition)):
            leader = self.leaders.get(partition)
            if leader is not None:
                by_leader.setdefault(leader, []).append(partition)
        requests = [
            (leader, self.request(level, numbers))
            for leader, numbers_of_leader in by_leader.items()
            for level, numbers in self.by_level(numbers_of_leader)
        ]
        responses = protocol.send_all(self.connection, requests, timeout=seconds)
        failures = [response for response in responses if isinstance(response, KafkaFailure)]
        if failures and len(failures) == len(responses):
            raise failures[0]
        return [
            (part_response.partition_index, part_response, aborted_in(part_response))
            for response in responses
            if not isinstance(response, KafkaFailure)
            for topic in response.responses
            for part_response in topic.partitions
        ]

    def by_level(self, partitions: list[int]) -> list[tuple[int, list[int]]]:
        """Divide partitions by what is asked for: aborted transactions are told only of what is committed."""
        beyond = [number for number in partitions if number in self.reading.open_from]
        before = [number for number in partitions if number not in self.reading.open_from]
        return [(level, numbers) for level, numbers in ((COMMITTED, before), (UNCOMMITTED, beyond)) if numbers]

    def request(self, level: int, partitions: list[int]) -> Any:
        """Return the request for some partitions of one leader; the first gets a batch, however large it is."""
        bytes_of_each = self.bytes_of_each()
        parts = [
            FetchRequest.FetchTopic.FetchPartition(
                partition=partition,
                current_leader_epoch=-1,
                fetch_offset=self.reading.reached[partition],
                last_fetched_epoch=-1,
                log_start_offset=-1,
                partition_max_bytes=bytes_of_each,
            )
            for partition in partitions
        ]
        return FetchRequest(
            replica_id=-1,
            max_wait_ms=WAIT_MS,
            min_bytes=1,
            max_bytes=FETCH_BYTES,
            isolation_level=level,
            session_id=0,
            session_epoch=-1,
            topics=[FetchRequest.FetchTopic(topic=self.topic, partitions=parts)],
            forgotten_topics_data=[],
            rack_id="",
            max_version=FETCH_VERSION,
        )

    def bytes_of_each(self) -> int:
        """Return how much of each partition the next answer may hold."""
        if self.may_match:
            return FETCH_BYTES
        return PARTITION_BYTES if self.crowded_out else min(PARTITION_BYTES, FIRST_BYTES * GROWTH**self.rounds)

    def take(
        self, partition: int, response: Any, aborted: list[tuple[int, int]], matches: Matches, limit: int,
        *, newest: bool, deadline: float,
    ) -> None:  # fmt: skip
        """Take what came of one partition.

        Raises:
            KafkaFailure: reading is not allowed.
        """
        self.crowded_out.discard(partition)
        if response.error_code:
            self.note_error(partition, response.error_code)
            return
        if not response.records:
            self.note_end(partition, response)
            return
        active: set[int] = set()
        try:
            markers = markers_in(batches(response.records)) if partition in self.reading.open_from else {}
            for batch in batches(response.records):
                while aborted and aborted[0][0] <= batch.last_offset:
                    active.add(aborted.pop(0)[1])
                if partition not in self.left or not self.has_room() or time.monotonic() > deadline:
                    return
                transaction = self.transaction_of(partition, batch, batch.producer_id in active, markers)
                self.take_batch(partition, batch, transaction, matches, limit, newest=newest)
                if batch.control:
                    active.discard(batch.producer_id)
                    self.reading.markers = True
        except OldFormatError:
            self.give_up(partition, "Its records have the format of Kafka before 0.11, which is not supported.")

    def take_batch(
        self, partition: int, batch: Batch, transaction: str, matches: Matches, limit: int, *, newest: bool
    ) -> None:
        """Take a batch's records that are within the span, and go on behind it."""
        span, reached = self.reading.spans[partition], self.reading.reached
        self.first = self.first or (partition, batch.base_offset)
        if not batch.control and not (self.committed and transaction):
            try:
                batch = self.searched(batch, span, reached[partition])
                for record in records(batch, partition, reached[partition], self.look, self.budget, transaction):
                    if record.offset >= span.end or partition not in self.left:
                        break
                    self.reading.looked_at += 1
                    reached[partition] = record.offset + 1
                    if self.mask:
                        record = self.mask(record)
                    if matches(record):
                        kept = record if self.look is self.keep else shortened(record, self.keep)
                        self.add(kept, limit, newest=newest)
            except BudgetSpentError:
                if self.first != (partition, batch.base_offset):
                    return  # another reading goes on with this batch
                self.note_unreadable(partition, batch, "It is too large when decompressed.")
            except CompressionError as error:
                self.note_unreadable(partition, batch, str(error))
        if partition in self.left:
            reached[partition] = min(batch.last_offset + 1, span.end)
            if batch.last_offset + 1 >= span.end:
                self.left.discard(partition)

    def searched(self, batch: Batch, span: Span, reached: int) -> Batch:
        """Return a batch, unpacked if it was searched as a whole, without its records where none can match.

        Raises:
            CompressionError: it cannot be unpacked.
            BudgetSpentError: it becomes too large for the budget.
        """
        if self.may_match is None or reached > batch.base_offset or batch.last_offset >= span.end:
            return batch
        contents = unpacked(batch, self.budget)
        if contents is None:
            return batch
        if self.may_match(contents):
            return replace(batch, codec=0, payload=memoryview(contents))
        self.reading.looked_at += batch.count
        return replace(batch, count=0)

    def transaction_of(self, partition: int, batch: Batch, aborted: bool, markers: Markers) -> str:
        """Return how a batch's transaction ended: told by the leader, or by markers where one before is still open."""
        if partition in self.reading.open_from:
            return transaction_of(batch, markers)
        return "aborted" if batch.transactional and aborted else ""

    def add(self, record: Record, limit: int, *, newest: bool) -> None:
        """Keep a record, and as many of its partition as are needed."""
        partition_records = self.reading.records[record.partition]
        partition_records.append(record)
        self.held += record.held
        if newest and len(partition_records) > limit:
            self.held -= partition_records.popleft().held
        elif not newest and len(partition_records) == limit:
            self.left.discard(record.partition)

    def note_end(self, partition: int, response: Any) -> None:
        """Go on behind what is committed, or end where there is nothing at this offset yet; else there was no room."""
        reached = self.reading.reached[partition]
        if partition not in self.reading.open_from and response.last_stable_offset <= reached < response.high_watermark:
            self.reading.open_from[partition] = reached
            if self.committed:
                self.left.discard(partition)
        elif reached >= response.high_watermark:
            self.left.discard(partition)
        else:
            self.crowded_out.add(partition)

    def note_error(self, partition: int, code: int) -> None:
        """Note that what was to be read is deleted, or that its leader moves.

        Raises:
            KafkaFailure: it is something else, and does not pass.
        """
        if code == OUT_OF_RANGE:
            self.reading.deleted.append(partition)
            self.left.discard(partition)
        elif code not in PASSING:
            raise failed_code(code, subject=self.topic)

    def note_unreadable(self, partition: int, batch: Batch, why: str) -> None:
        offsets = f"offsets {self.reading.reached[partition]:,} to {batch.last_offset:,}"
        self.reading.unreadable[partition] = f"{offsets} cannot be read: {why}"

    def give_up(self, partition: int, why: str) -> None:
        """Read no further in a partition, and say why."""
        self.reading.unreadable[partition] = why
        self.reading.reached[partition] = self.reading.spans[partition].end
        self.left.discard(partition)


def aborted_in(response: Any) -> list[tuple[int, int]]:
    """Return the aborted transactions of a partition's answer, in order: first offset, producer."""
    return sorted((aborted.first_offset, aborted.producer_id) for aborted in response.aborted_transactions or ())


def shortened(record: Record, keep: Keep) -> Record:
    """Return a record of which no more is kept than is needed: searching looks at more."""
    headers: list[tuple[str, bytes | None, int]] = []
    left = keep.headers
    for name, value, size in record.headers[: keep.count]:
        if left <= 0:
            break
        short_name = name[:left]
        short = None if value is None else value[: max(0, left - len(short_name))]
        headers.append((short_name, short, size))
        left -= len(short_name) + len(short or b"")
    key = None if record.key is None else record.key[: keep.key]
    value = None if record.value is None else record.value[: keep.value]
    return replace(record, key=key, value=value, headers=tuple(headers))


def stream_part(
    connection: Connection, topic: str, partition: int, leader: int | None, offset: int, part: str, *, seconds: float
) -> tuple[int, Iterator[bytes]]:
    """Return the size of one record's key or value, and its bytes, a piece at a time, however large it is.

    Raises:
        NotFound: there is no such record, or it is null.
        KafkaFailure: reading is not allowed, or the leader does not answer.
    """
    reader = Reader(
        connection, topic, {partition: Span(offset, offset + 1)}, leaders={partition: leader}, keep=Keep(0, 0, 0)
    )
    gone = NotFound(f"There is no {part} at offset {offset:,} of partition {partition}.", "It may have been deleted.")
    for _, response, _ in reader.fetch([partition], seconds):
        if response.error_code and response.error_code != OUT_OF_RANGE:
            raise failed_code(response.error_code, subject=topic)
        for batch in batches(response.records or b""):
            if not batch.control and batch.base_offset <= offset <= batch.last_offset:
                sized = pieces_of(batch, offset, part, Budget(DOWNLOADED_BYTES))
                if sized:
                    return sized
    raise gone
