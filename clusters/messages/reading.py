"""Reading a page of a topic's records: a bounded stretch of the log, what was found in it, and how far it goes.

Kafka requests: one describe, two list-offsets per leader, one more for each time that is named, and fetches from each
leader. All readers together take a bounded part of the process: who comes when it is taken is told to try again.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import BoundedSemaphore
from typing import Any

from clusters.formats.content import NOTHING
from clusters.gateway import offsets
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.properties import ISOLATION
from clusters.gateway.errors import Busy
from clusters.gateway.log.records import Keep, Record
from clusters.gateway.reading.records import Mask, Reader, Reading, Span
from clusters.gateway.result import Failure
from clusters.messages import offset_ranges
from clusters.messages.bounds import bounded, first_places
from clusters.messages.columns import FieldTexts
from clusters.messages.cursors import Cursor, next_page
from clusters.messages.decoding import decoding_of
from clusters.messages.filters import RecordFilter
from clusters.messages.filters.documents import RAW, Documents
from clusters.messages.forms import SECONDS, MessagesForm
from clusters.messages.masking import masking_of
from clusters.messages.offset_ranges import Places, Sheet
from clusters.messages.progress import Progress, Tally, distance, remaining
from clusters.messages.stretches import read_backward
from clusters.models import Cluster, Topic
from core.memory import give_back
from core.web.formats import first_names

LEAST = 0.5  # seconds for the records themselves
PAGE_BYTES = 600_000  # of all keys, values and headers on a page
LONGEST = 20_000  # bytes of a value in a list
WHOLE = Keep(key=30_000, value=550_000, headers=30_000, count=500)  # of a record alone
SEARCHED = Keep(key=1_000_000, value=8_000_000, headers=1_000_000, count=1_000)  # looked at, while searching
AT_ONCE = 3  # readers, in a process
PATIENCE = 2.0  # seconds that others wait for one of them to end
LATE = "Not all that was asked for could be read in time; choose fewer partitions, or go on."
DELETED = "Records were deleted while they were read, and what is left was not read to the end; read again."
UNDECIDED = "were too large for the expression, or took too many steps, and were passed over."
_readers = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class RecordsPage:
    """A page of records, the next page's cursor, how many records were looked at, where, and what was not read.

    ``markers`` tells whether there were markers of transactions among the records; ``back`` is the cursor of what is on
    the other side of the page.
    """

    records: list[Record]
    cursor: str  # empty on the last page
    looked_at: int
    problems: tuple[Failure, ...]
    ranges: Mapping[int, Span]
    markers: bool
    progress: Progress
    back: str = ""
    fields: Mapping[tuple[int, int], list[str | None]] = field(default_factory=dict)


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


def usual_isolation(cluster: Cluster) -> str:
    """Return which records are read where nobody says which, if not all: the cluster's property isolation.level."""
    return "committed" if cluster.properties.get(ISOLATION) == "read_committed" else ""


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
        search = search_of(cluster, topic, leaders, form, clear=clear)
        records_page = page_of_records(search, leaders)
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
    exactly = {"seek": "offset", "offset": offset, "to_offset": offset}
    return first_record(cluster, topic, leaders, partition, exactly, clear=clear)


def first_record(
    cluster: Cluster,
    topic: str,
    leaders: Mapping[int, int | None],
    partition: int,
    where: Mapping[str, Any],
    *,
    clear: bool = False,
) -> Record | None:
    """Return the first record of a partition that a page would show, whichever way its transaction ended.

    Raises:
        KafkaFailure: it cannot be read.
    """
    query = {**where, "partitions": str(partition), "limit": 1, "isolation": "all"}
    form = MessagesForm(query, present=set(leaders))
    records = read_page(cluster, topic, leaders, form, clear=clear).records if form.is_valid() else []
    return records[0] if records else None


def search_of(
    cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm, *, clear: bool
) -> "Search":
    """Return what reads as a form asks for: what is masked, and how values are decoded, is the cluster's."""
    decoding = decoding_of(cluster, topic, **form.formats)

    def decode(record: Record, part: str) -> Any:
        decoded = decoding.decoded(record, part)
        return decoded.content.value if decoded else NOTHING

    mask = None if clear else masking_of(cluster, topic)
    isolation = form.cleaned_data["isolation"] or usual_isolation(cluster)
    return Search(cluster.connection(), topic, leaders, form, mask, Documents(decode), isolation == "committed")


def page_of_records(search: "Search", leaders: Mapping[int, int | None]) -> RecordsPage:
    connection, topic, form = search.connection, search.topic, search.form
    started, seconds, partitions = time.monotonic(), form.seconds_to_read, form.chosen
    chosen = {(topic, partition): leaders[partition] for partition in sorted(partitions)}
    marks, failures = offsets.watermarks(connection, chosen, leaders=chosen, timeout=SECONDS / 2)
    existing = offset_ranges.known_spans({partition: mark for (_, partition), mark in marks.items()})
    available, unbounded = bounded(connection, topic, existing, form, timeout=SECONDS / 2)
    cursor: Cursor = form.cleaned_data["cursor"]
    places = places_in(available, form, cursor.places)
    left = max(min(LEAST, seconds), seconds - (time.monotonic() - started))
    reading, width = search.read(available, places, left)
    sheet = (offset_ranges.newest_first if form.newest else offset_ranges.oldest_first)(
        reading, available, search.limit
    )
    unanswered = {number: offset for number, offset in cursor.places.items() if number not in available}
    tally = replace(search.tally_after(places, sheet, reading, started), width=width)
    left_over = sheet.next_places or {}
    text, too_long = next_page(Cursor({**left_over, **unanswered}, tally.counts if form.searching else ()))
    problems = (*failures, *unbounded, *incomplete(reading, form, search.record_filter), *too_long)
    progress = Progress(tally, remaining(available, left_over, newest=form.newest), search.goes_on(tally, text))
    back, _ = next_page(Cursor(other_side(places, sheet.records, newest=form.newest)))
    ranges = looked_through(reading, newest=form.newest)
    return RecordsPage(
        sheet.records, text, reading.looked_at, problems, ranges, reading.markers, progress, back, search.texts.found
    )


@dataclass
class Search:
    """One request's part of a search, or of reading without one."""

    connection: Connection
    topic: str
    leaders: Mapping[int, int | None]
    form: MessagesForm
    mask: Mask | None = None
    documents: Documents = RAW
    committed: bool = False

    def __post_init__(self) -> None:
        values = self.form.cleaned_data
        self.before = Tally.of(values["cursor"].counts)  # what former requests did
        self.record_filter: RecordFilter = self.form.record_filter(self.documents)
        self.texts = FieldTexts(values["fields_shown"], self.documents)

    @property
    def limit(self) -> int:
        """How many records are missing from the page."""
        limit: int = self.form.cleaned_data["limit"]
        return limit - self.before.matches % limit

    def read(self, available: Mapping[int, Span], places: Places, seconds: float) -> tuple[Reading, int]:
        """Read on from places; return also how many offsets to read at once next time.

        Raises:
            KafkaFailure: reading is not allowed, or nobody answers.
        """
        if not self.form.newest:
            return self.read_spans(offset_ranges.forward(available, places), seconds), 0
        partitions = max(1, len(available))
        needed = offset_ranges.share(self.limit, partitions, searching=False)
        width = self.before.width or offset_ranges.share(self.limit, partitions, searching=self.form.searching)
        return read_backward(self.read_spans, available, offset_ranges.ends(available, places), needed, width, seconds)

    def read_spans(self, spans: Mapping[int, Span], seconds: float) -> Reading:
        """Read spans, a single record whole.

        Raises:
            KafkaFailure: reading is not allowed, or nobody answers.
        """
        values, chosen = self.form.cleaned_data, self.record_filter
        reader = Reader(
            self.connection,
            self.topic,
            spans,
            leaders=self.leaders,
            keep=kept_of_each(values["limit"]),
            search=SEARCHED if chosen or self.texts or self.mask else None,
            committed=self.committed,
            may_match=chosen.may_match,
            mask=self.mask,
        )
        return reader.read(self.texts.noting(chosen), self.limit, newest=self.form.newest, seconds=seconds)

    def tally_after(self, places: Places, sheet: Sheet, reading: Reading, started: float) -> Tally:
        """Return what was done with this request's part."""
        ahead = sheet.next_places or {
            number: span.start if self.form.newest else span.end for number, span in reading.spans.items()
        }
        return Tally(
            self.before.passed + distance(places, ahead),
            self.before.looked_at + reading.looked_at,
            self.before.matches + len(sheet.records),
            self.before.milliseconds + round(1000 * (time.monotonic() - started)),
        )

    def goes_on(self, tally: Tally, cursor: str) -> bool:
        """Tell whether the search has not filled its page yet, and got further, or will by smaller steps."""
        moved = tally.passed > self.before.passed or 0 < tally.width < self.before.width
        full = tally.matches > self.before.matches and tally.matches % self.form.cleaned_data["limit"] == 0
        return self.form.searching and bool(cursor) and moved and not full


def places_in(available: Mapping[int, Span], form: MessagesForm, places: Places) -> Places:
    """Return where to begin in the partitions that are there: where a cursor says, else at the beginning."""
    first = first_places(available, form)
    return {
        partition: offset_ranges.within(places.get(partition, first[partition]), span)
        for partition, span in available.items()
    }


def other_side(places: Places, records: Sequence[Record], *, newest: bool) -> Places:
    """Return where to begin in order to read what is on the other side of a page: its partitions' first records."""
    first: dict[int, int] = {}
    for record in records:
        first.setdefault(record.partition, record.offset + 1 if newest else record.offset)
    return {**places, **first}


def kept_of_each(limit: int) -> Keep:
    """Return how much is kept of each record of a page, so that no page becomes too large."""
    if limit == 1:
        return WHOLE
    share = min(LONGEST, PAGE_BYTES // limit)
    return Keep(key=share // 4, value=share, headers=share // 4, count=20)


def looked_through(reading: Reading, *, newest: bool) -> dict[int, Span]:
    """Return the offsets that were looked at, by partition."""
    return {
        partition: Span(span.start, span.end if newest else reading.reached[partition])
        for partition, span in reading.spans.items()
    }


def incomplete(reading: Reading, form: MessagesForm, record_filter: RecordFilter) -> list[Failure]:
    """Say which partitions were not read as far as was meant, and of which records it was not known if they match."""
    unread = [number for number in reading.unread if not form.searching or number in reading.silent]
    late = [
        Failure(f"partition {first_names([*map(str, partitions)])}", sentence)
        for partitions, sentence in ((unread, LATE), (reading.deleted, DELETED))
        if partitions
    ]
    if record_filter.undecided:
        late.append(Failure(f"{record_filter.undecided:,} record(s)", UNDECIDED))
    return late + [Failure(f"partition {number}", why) for number, why in sorted(reading.unreadable.items())]
