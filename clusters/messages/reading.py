"""Reading a page of a topic's records.

Kafka requests: one describe, two list-offsets per leader, one more where a time is asked for, and fetches from each
leader. All readers together take a bounded part of the process: who comes when it is taken is told to try again.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore

from clusters.gateway import offsets
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Busy
from clusters.gateway.log.records import Keep, Record
from clusters.gateway.offsets import NO_RECORD
from clusters.gateway.records import Mask, Reader, Reading, Span
from clusters.gateway.result import Failure
from clusters.messages import offset_ranges
from clusters.messages.cursors import next_page
from clusters.messages.forms import MessagesForm
from clusters.messages.masking import masking_of
from clusters.messages.offset_ranges import Places
from clusters.messages.searching import containing
from clusters.messages.stretches import read_backward
from clusters.models import Cluster, Topic
from core.memory import give_back

SECONDS = 4.0  # for a page, after the topic is described
LEAST = 0.5  # of these, for the records themselves
PAGE_BYTES = 600_000  # of all keys, values and headers on a page
LONGEST = 20_000  # bytes of a value in a list
WHOLE = Keep(key=30_000, value=550_000, headers=30_000, count=500)  # of a record alone
SEARCHED = Keep(key=1_000_000, value=8_000_000, headers=1_000_000, count=1_000)  # looked at, while searching
AT_ONCE = 3  # readers, in a process
PATIENCE = 2.0  # seconds that others wait for one of them to end
LATE = "Not all that was asked for could be read in time; choose fewer partitions, or go on."
DELETED = "Records were deleted while they were read, and what is left was not read to the end; read again."
_readers = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class RecordsPage:
    """A page of records, the next page's cursor, how many records were looked at, where, and what was not read.

    ``markers`` tells whether there were markers of transactions among the records.
    """

    records: list[Record]
    cursor: str  # empty on the last page
    looked_at: int
    problems: tuple[Failure, ...]
    ranges: Mapping[int, Span]
    markers: bool


@contextmanager
def reader_slot() -> Iterator[None]:
    """Be one of the readers that the process bears at once; give memory back at the end.

    Raises:
        Busy: the others did not end soon enough.
    """
    if not _readers.acquire(timeout=PATIENCE):
        raise Busy("Others are reading records just now, as many as this process bears.", "Try again in a moment.")
    try:
        yield
    finally:
        _readers.release()
        give_back()


def partitions_of(cluster: Cluster, topic: str) -> dict[int, int | None]:
    """Return the leaders of a topic's partitions.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    return {partition.id: partition.leader for partition in kafka.describe(cluster.connection(), topic).partitions}


def cleanup_policy(cluster: Cluster, topic: str) -> str:
    """Return a topic's cleanup policy from the inventory; empty where it was not seen yet."""
    row = Topic.objects.filter(cluster=cluster, name=topic).first()
    return row.cleanup_policy if row else ""


def read_page(
    cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm, *, clear: bool = False
) -> RecordsPage:
    """Read what a valid form asks for; lists then know of markers of transactions that were there.

    Records are masked by the cluster's rules unless they are to be ``clear``, for somebody who may unmask them.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    with reader_slot():
        mask = None if clear else masking_of(cluster, topic)
        records_page = page_of_records(cluster.connection(), topic, leaders, form, mask)
    if records_page.markers:
        Topic.objects.filter(cluster=cluster, name=topic, transactional=False).update(transactional=True)
    return records_page


def one_record(
    cluster: Cluster,
    topic: str,
    leaders: Mapping[int, int | None],
    partition: int,
    offset: int,
    *,
    clear: bool = False,
) -> Record | None:
    """Return one record, as whole as it may be; None where it is gone.

    Raises:
        KafkaFailure: it cannot be read.
    """
    form = MessagesForm(
        {"seek": "offset", "offset": offset, "partitions": str(partition), "limit": 1}, present=set(leaders)
    )
    records = read_page(cluster, topic, leaders, form, clear=clear).records if form.is_valid() else []
    return records[0] if records and records[0].offset == offset else None


def page_of_records(
    connection: Connection, topic: str, leaders: Mapping[int, int | None], form: MessagesForm, mask: Mask | None = None
) -> RecordsPage:
    deadline = time.monotonic() + SECONDS
    partitions, limit = form.cleaned_data["partitions"], form.cleaned_data["limit"]
    chosen = {(topic, partition): leaders[partition] for partition in sorted(partitions)}
    marks, failures = offsets.watermarks(connection, chosen, leaders=chosen, timeout=SECONDS / 2)
    available = offset_ranges.known_spans({partition: mark for (_, partition), mark in marks.items()})
    places, offset_failures = starting_places(connection, topic, available, form)
    read = partial(read_spans, connection, topic, leaders, form, mask)
    seconds = max(LEAST, deadline - time.monotonic())
    reading = backward(read, available, places, form, seconds) if form.newest else read(
        offset_ranges.forward(available, places), seconds
    )  # fmt: skip
    sheet = (offset_ranges.newest_first if form.newest else offset_ranges.oldest_first)(reading, available, limit)
    unanswered = {partition: places[partition] for partition in partitions - available.keys() if partition in places}
    cursor, cursor_failures = next_page({**sheet.next_places, **unanswered})
    problems = (*failures, *offset_failures, *incomplete(reading), *cursor_failures)
    ranges = looked_through(reading, newest=form.newest)
    return RecordsPage(sheet.records, cursor, reading.looked_at, problems, ranges, reading.markers)


def backward(
    read: "partial[Reading]", available: Mapping[int, Span], places: Places, form: MessagesForm, seconds: float
) -> Reading:
    """Read the last records before the places, until there are enough."""
    values, partitions = form.cleaned_data, max(1, len(available))
    needed = offset_ranges.share(values["limit"], partitions, searching=False)
    width = offset_ranges.share(values["limit"], partitions, searching=bool(values["contains"]))
    return read_backward(read, available, offset_ranges.ends(available, places), needed, width, seconds)


def read_spans(
    connection: Connection,
    topic: str,
    leaders: Mapping[int, int | None],
    form: MessagesForm,
    mask: Mask | None,
    spans: Mapping[int, Span],
    seconds: float,
) -> Reading:
    """Read spans, a single record whole.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    values = form.cleaned_data
    reader = Reader(
        connection,
        topic,
        spans,
        leaders=leaders,
        keep=kept_of_each(values["limit"]),
        search=SEARCHED if values["contains"] or mask else None,
        committed=values["isolation"] == "committed",
        mask=mask,
    )
    return reader.read(containing(values["contains"]), values["limit"], newest=form.newest, seconds=seconds)


def kept_of_each(limit: int) -> Keep:
    """Return how much is kept of each record of a page, so that no page becomes too large."""
    if limit == 1:
        return WHOLE
    share = min(LONGEST, PAGE_BYTES // limit)
    return Keep(key=share // 4, value=share, headers=share // 4, count=20)


def starting_places(
    connection: Connection, topic: str, available: Mapping[int, Span], form: MessagesForm
) -> tuple[Places, tuple[Failure, ...]]:
    """Return where to begin in each partition, where that is not its first or its last record, and what is not known.

    Raises:
        KafkaFailure: nobody answers.
    """
    values = form.cleaned_data
    if values["cursor"]:
        return dict(values["cursor"]), ()
    if form.since:
        moment = round(1000 * form.since.timestamp())
        first_offsets, failures = offsets.offsets_at(
            connection, [(topic, partition) for partition in available], moment, timeout=SECONDS / 2
        )
        return {
            number: NO_RECORD if offset is None else offset for (_, number), offset in first_offsets.items()
        }, failures
    return (dict.fromkeys(available, values["offset"]) if values["seek"] == "offset" else {}), ()


def looked_through(reading: Reading, *, newest: bool) -> dict[int, Span]:
    """Return the offsets that were looked at, by partition."""
    return {
        partition: Span(span.start, span.end if newest else reading.reached[partition])
        for partition, span in reading.spans.items()
    }


def incomplete(reading: Reading) -> list[Failure]:
    """Say which partitions were not read as far as was meant."""
    late = [
        Failure(f"partition {names(partitions)}", sentence)
        for partitions, sentence in ((reading.unread, LATE), (reading.deleted, DELETED))
        if partitions
    ]
    return late + [Failure(f"partition {number}", why) for number, why in sorted(reading.unreadable.items())]


def names(numbers: Sequence[int]) -> str:
    """Return the first of some partitions, and how many more there are."""
    return ", ".join(map(str, numbers[:10])) + (f" and {len(numbers) - 10} more" if len(numbers) > 10 else "")
