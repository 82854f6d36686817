"""Reading a page of a topic's records.

Kafka requests: one describe, two list-offsets per leader, one more where a time is asked for, and fetches from each
leader, by a client of its own, which signs in anew.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from confluent_kafka import Message

from clusters.gateway import offsets
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.offsets import NO_RECORD
from clusters.gateway.records import Reader, Reading, Record, Span, as_bytes, headers_of
from clusters.gateway.result import Failure
from clusters.messages import offset_ranges
from clusters.messages.cursors import next_page
from clusters.messages.forms import MessagesForm
from clusters.messages.offset_ranges import Places
from clusters.models import Cluster

SECONDS = 4.0  # for a page, after the topic is described
LEAST = 0.5  # of these, for the records themselves
KEPT = 20_000  # bytes of a key or value in a list
WHOLE = 2_000_000  # bytes of one alone
LATE = "Not all that was asked for could be read in time; choose fewer partitions."
DELETED = "Records were deleted while they were read, and what is left was not read to the end; read again."


@dataclass(frozen=True)
class RecordsPage:
    """A page of records, where the next one goes on, in how many they were looked for, and what was not looked at."""

    records: list[Record]
    cursor: str  # empty on the last page
    looked_at: int
    problems: tuple[Failure, ...]


def partitions_of(cluster: Cluster, topic: str) -> dict[int, int | None]:
    """Return a topic's partitions with their leaders.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    return {partition.id: partition.leader for partition in kafka.describe(cluster.connection(), topic).partitions}


def read_page(connection: Connection, topic: str, leaders: Mapping[int, int | None], form: MessagesForm) -> RecordsPage:
    """Read what a valid form asks for.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    deadline = time.monotonic() + SECONDS
    numbers, limit = form.cleaned_data["partitions"], form.cleaned_data["limit"]
    leader_of = {(topic, partition): leaders[partition] for partition in sorted(numbers)}
    marks, failures = offsets.watermarks(connection, leader_of, leaders=leader_of, timeout=SECONDS / 2)
    available = offset_ranges.known_spans({number: mark for (_, number), mark in marks.items()})
    places, unknown = starting_places(connection, topic, available, form)
    reading = read(connection, topic, spans_of(available, places, form), form, max(LEAST, deadline - time.monotonic()))
    sheet = (offset_ranges.newest_first if form.newest else offset_ranges.oldest_first)(reading, available, limit)
    silent = {partition: places[partition] for partition in numbers - available.keys() if partition in places}
    cursor, too_long = next_page({**sheet.next_places, **silent})
    return RecordsPage(sheet.records, cursor, reading.looked_at, (*failures, *unknown, *missed(reading), *too_long))


def spans_of(available: Mapping[int, Span], places: Places, form: MessagesForm) -> dict[int, Span]:
    """Return what to read in each partition."""
    values = form.cleaned_data
    limit = offset_ranges.share(values["limit"], max(1, len(available)), searching=bool(values["contains"]))
    return (offset_ranges.backward if form.newest else offset_ranges.forward)(available, places, limit)


def read(connection: Connection, topic: str, chosen: Mapping[int, Span], form: MessagesForm, seconds: float) -> Reading:
    """Read spans; a record alone is kept whole.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    values, limit = form.cleaned_data, form.cleaned_data["limit"]
    with closing(Reader(connection, topic, chosen, max_bytes=WHOLE if limit == 1 else KEPT)) as reader:
        return reader.read(containing(values["contains"]), limit, newest=form.newest, seconds=seconds)


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
        offsets_found, failures = offsets.offsets_at(
            connection, [(topic, partition) for partition in available], moment, timeout=SECONDS / 2
        )
        return {
            number: NO_RECORD if offset is None else offset for (_, number), offset in offsets_found.items()
        }, failures
    return (dict.fromkeys(available, values["offset"]) if values["seek"] == "offset" else {}), ()


def containing(text: str) -> Callable[[Message], bool]:
    """Return what tells whether a record's key, value or a header contains a text, in any case."""
    folded = text.casefold()

    def contains(data: object) -> bool:
        return folded in (as_bytes(data) or b"").decode("utf-8", "replace").casefold()

    def in_one(message: Message) -> bool:
        return (
            contains(message.value())
            or contains(message.key())
            or any(contains(name) or contains(value) for name, value in headers_of(message))
        )

    return in_one if text else lambda _: True


def missed(reading: Reading) -> list[Failure]:
    """Say which partitions were not read as far as was meant."""
    return [
        Failure(f"partition {names(numbers)}", sentence)
        for numbers, sentence in ((reading.unread, LATE), (reading.deleted, DELETED))
        if numbers
    ]


def names(numbers: Sequence[int]) -> str:
    """Return the first of some partitions, and how many more there are."""
    return ", ".join(map(str, numbers[:10])) + (f" and {len(numbers) - 10} more" if len(numbers) > 10 else "")
