"""Reading a page of a topic's records.

Kafka requests: one describe, two list-offsets per leader, one more where a time is asked for, and fetches from each
leader, by a client of its own, which signs in anew.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from confluent_kafka import Message

from clusters.gateway import offsets
from clusters.gateway import topics as kafka
from clusters.gateway.connection import Connection
from clusters.gateway.offsets import NO_RECORD
from clusters.gateway.records import Reader, Reading, Record, Span, as_bytes, headers_of
from clusters.gateway.result import Failure
from clusters.models import Cluster
from clusters.topics import spans
from clusters.topics.message_forms import MessagesForm
from clusters.topics.spans import Places, Sheet

SECONDS = 4.0  # for a page, after the topic is described
LEAST = 0.5  # of these, for the records themselves
KEPT = 20_000  # bytes of a key or value in a list
WHOLE = 2_000_000  # bytes of one alone


@dataclass(frozen=True)
class Found:
    """A page of records, in how many they were looked for, and what was not looked at."""

    sheet: Sheet
    looked_at: int
    problems: tuple[Failure, ...]

    @property
    def records(self) -> list[Record]:
        """The records, as they are shown."""
        return self.sheet.records


def partitions_of(cluster: Cluster, topic: str) -> dict[int, int | None]:
    """Return a topic's partitions with their leaders.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    return {one.id: one.leader for one in kafka.describe(cluster.connection(), topic).partitions}


def found(connection: Connection, topic: str, leaders: Mapping[int, int | None], form: MessagesForm) -> Found:
    """Read what a valid form asks for.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    deadline = time.monotonic() + SECONDS
    values, limit = form.cleaned_data, form.cleaned_data["limit"]
    led = {(topic, one): leaders[one] for one in sorted(values["partitions"])}
    marks, failures = offsets.watermarks(connection, led, leaders=led, timeout=SECONDS / 2)
    there = spans.known({number: mark for (_, number), mark in marks.items()})
    most = spans.share(limit, max(1, len(there)), searching=bool(values["contains"]))
    at, untold = begun(connection, topic, there, form)
    chosen = (spans.backward if form.newest else spans.forward)(there, at, most)
    kept = WHOLE if limit == 1 else KEPT
    with closing(Reader(connection, topic, chosen, kept=kept)) as reader:
        left = max(LEAST, deadline - time.monotonic())
        reading = reader.read(containing(values["contains"]), limit, newest=form.newest, seconds=left)
    sheet = (spans.newest_first if form.newest else spans.oldest_first)(reading, there, limit)
    return Found(sheet, reading.looked_at, (*failures, *untold, *cut_short(reading)))


def begun(
    connection: Connection, topic: str, there: Mapping[int, Span], form: MessagesForm
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
        told, failures = offsets.offsets_at(connection, [(topic, one) for one in there], moment, timeout=SECONDS / 2)
        return {number: NO_RECORD if one is None else one for (_, number), one in told.items()}, failures
    return (dict.fromkeys(there, values["offset"]) if values["seek"] == "offset" else {}), ()


def containing(text: str) -> Callable[[Message], bool]:
    """Return what tells whether a record's key, value or a header contains a text, in any case."""
    wanted = text.casefold()

    def contains(data: object) -> bool:
        return wanted in (as_bytes(data) or b"").decode("utf-8", "replace").casefold()

    def in_one(message: Message) -> bool:
        return (
            contains(message.value())
            or contains(message.key())
            or any(contains(name) or contains(value) for name, value in headers_of(message))
        )

    return in_one if text else lambda _: True


def cut_short(reading: Reading) -> list[Failure]:
    """Say which partitions were not read as far as was meant."""
    late = reading.unread
    if not late:
        return []
    names = ", ".join(map(str, late[:10])) + (f" and {len(late) - 10} more" if len(late) > 10 else "")
    return [Failure(f"partition {names}", "Not all that was asked for could be read in time; choose fewer partitions.")]
