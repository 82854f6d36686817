"""Reading a page of a topic's records: a bounded stretch of the log, what was found in it, and how far it goes.

Kafka requests: one describe, two list-offsets per leader, one more for each time that is named, and fetches from each
leader.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from clusters.gateway import offsets
from clusters.gateway.log.records import Record
from clusters.gateway.offsets import NO_RECORD
from clusters.gateway.reading.records import Reading, Span
from clusters.gateway.result import Failure
from clusters.messages.decoding import Decoding
from clusters.messages.forms import SECONDS, MessagesForm
from clusters.messages.reading import offset_ranges
from clusters.messages.reading.bounds import bounded, first_places
from clusters.messages.reading.cursors import REPLACED, Cursor, is_replaced, next_page
from clusters.messages.reading.offset_ranges import Places
from clusters.messages.reading.progress import Progress, remaining
from clusters.messages.reading.search import Search, search_of
from clusters.messages.reading.slots import reader_slot
from clusters.models import Cluster, Topic
from core.web.formats import first_names

LEAST = 0.5  # seconds for the records themselves
LATE = "Not all that was asked for could be read in time; choose fewer partitions, or go on."
DELETED = "Records were deleted while they were read, and what is left was not read to the end; read again."
MOST_PROBLEMS = 5  # reasons why records could not be decoded
CONVERT = "In an expression, int(), double() and string() convert."
UNDECIDED = "were too large for the expression, or took too many steps, and were passed over."


@dataclass(frozen=True)
class RecordsPage:
    """A page of records, the next page's cursor, how many records were looked at, where, and what was not read.

    ``markers`` tells whether there were markers of transactions among the records; ``back`` is the cursor of what is on
    the other side of the page.
    """

    records: list[Record]
    decoding: Decoding
    cursor: str  # empty on the last page
    looked_at: int
    problems: tuple[Failure, ...]
    ranges: Mapping[int, Span]
    markers: bool
    progress: Progress
    back: str = ""
    fields: Mapping[tuple[int, int], list[str | None]] = field(default_factory=dict)
    unfit: tuple[Failure, ...] = ()  # records that the expression is not meant for


def read_page(
    cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm, *, clear: bool = False
) -> RecordsPage:
    """Read what a valid form asks for; lists then know of markers of transactions that were there.

    Records are masked by the cluster's rules unless they are to be ``clear``, for somebody who may unmask them.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    with reader_slot():
        search = search_of(cluster, topic, leaders, form, clear=clear)
        records_page = page_of_records(search, leaders)
    if records_page.markers:
        Topic.objects.filter(cluster=cluster, name=topic, transactional=False).update(transactional=True)
    return records_page


def page_of_records(search: "Search", leaders: Mapping[int, int | None]) -> RecordsPage:
    connection, topic, form = search.connection, search.topic, search.form
    started, seconds, partitions = time.monotonic(), form.seconds_to_read, form.chosen
    chosen = {(topic, partition): leaders[partition] for partition in sorted(partitions)}
    marks, failures = offsets.watermarks(connection, chosen, leaders=chosen, timeout=SECONDS / 2)
    existing = offset_ranges.known_spans({partition: mark for (_, partition), mark in marks.items()})
    available, unbounded = bounded(connection, topic, existing, form, timeout=SECONDS / 2)
    if is_replaced(search.cursor, form.log, existing):
        search.start_over()
    cursor = search.cursor
    places = places_in(available, form, cursor.places)
    left = max(min(LEAST, seconds), seconds - (time.monotonic() - started))
    reading, width = search.read(available, places, left)
    sheet = (offset_ranges.newest_first if form.newest else offset_ranges.oldest_first)(
        reading, available, search.limit
    )
    unanswered = {number: offset for number, offset in cursor.places.items() if number not in available}
    tally = replace(search.tally_after(places, sheet, reading, started), width=width)
    left_over = sheet.next_places or {}
    counts = tally.counts if form.searching else ()
    ahead = Cursor({**left_over, **unanswered}, counts, replaced=cursor.replaced and form.searching)
    text, too_long = next_page(ahead, form.log)
    problems = (*replaced_topic(cursor), *failures, *unbounded, *incomplete(reading, search), *too_long)
    progress = Progress(tally, remaining(available, left_over, newest=form.newest), search.goes_on(tally, text))
    back, _ = next_page(Cursor(other_side(places, sheet.records, partitions, newest=form.newest)), form.log)
    ranges = looked_through(reading, newest=form.newest)
    return RecordsPage(
        sheet.records, search.searched.decoding, text, reading.looked_at, problems, ranges, reading.markers, progress,
        back, search.texts.found, unfit_for(search),
    )  # fmt: skip


def places_in(available: Mapping[int, Span], form: MessagesForm, places: Places) -> Places:
    """Return where to begin in the partitions that are there: where a cursor says, else at the beginning."""
    first = first_places(available, form)
    return {
        partition: offset_ranges.within(places.get(partition, first[partition]), span)
        for partition, span in available.items()
    }


def other_side(places: Places, records: Sequence[Record], partitions: set[int], *, newest: bool) -> Places:
    """Return where to begin in order to read what is on the other side of a page: its partitions' first records.

    Of partitions that did not answer, nothing is on that side.
    """
    first: dict[int, int] = {}
    for record in records:
        first.setdefault(record.partition, record.offset + 1 if newest else record.offset)
    return {**dict.fromkeys(partitions, NO_RECORD if newest else 0), **places, **first}


def looked_through(reading: Reading, *, newest: bool) -> dict[int, Span]:
    """Return the offsets that were looked at, by partition."""
    return {
        partition: Span(span.start, span.end if newest else reading.reached[partition])
        for partition, span in reading.spans.items()
    }


def replaced_topic(cursor: Cursor) -> list[Failure]:
    """Say that a reading began in another topic, if it did."""
    return [Failure("", REPLACED)] if cursor.replaced else []


def unfit_for(search: Search) -> tuple[Failure, ...]:
    """Say for which records the expression is not meant, so that it does not hold: a number may be a text in some."""
    return tuple(
        Failure(f"{number:,} record(s) do not match", f"{error}. {CONVERT}")
        for error, number in search.record_filter.unfit.most_common(MOST_PROBLEMS)
    )


def incomplete(reading: Reading, search: Search) -> list[Failure]:
    """Say which partitions were not read as far as was meant, and of which records it was not known if they match."""
    searching, undecided = search.form.searching, search.record_filter.undecided
    unread = [number for number in reading.unread if not searching or number in reading.silent]
    late = [
        Failure(f"partition {first_names([*map(str, partitions)])}", sentence)
        for partitions, sentence in ((unread, LATE), (reading.deleted, DELETED))
        if partitions
    ]
    if undecided:
        late.append(Failure(f"{undecided:,} record(s)", UNDECIDED))
    if searching:
        problems = search.searched.problems.most_common(MOST_PROBLEMS)
        late += [Failure(f"{number:,} record(s), searched as bytes", problem) for problem, number in problems]
    return late + [Failure(f"partition {number}", why) for number, why in sorted(reading.unreadable.items())]
