"""One request's part of a search, or of reading without one."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from clusters.gateway.clients.connection import Connection
from clusters.gateway.log.records import Keep
from clusters.gateway.reading.records import Mask, Reader, Reading, Span
from clusters.messages.decoding import decoding_of
from clusters.messages.filters.record_filter import RecordFilter
from clusters.messages.forms import MessagesForm
from clusters.messages.masking import masking_of
from clusters.messages.reading import offset_ranges
from clusters.messages.reading.cursors import Cursor
from clusters.messages.reading.offset_ranges import Places, Sheet
from clusters.messages.reading.progress import Tally, distance
from clusters.messages.reading.searched_values import SearchedValues
from clusters.messages.reading.stretches import read_backward
from clusters.messages.reading.topic import usual_isolation
from clusters.messages.rendering.columns import FieldTexts
from clusters.models import Cluster

WHOLE = Keep(key=30_000, value=550_000, headers=30_000, count=500)  # of a record alone
SEARCHED = Keep(key=1_000_000, value=8_000_000, headers=1_000_000, count=1_000)  # looked at, while searching
PAGE_BYTES = 600_000  # of all keys, values and headers on a page
LONGEST = 20_000  # bytes of a value in a list


def search_of(
    cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm, *, clear: bool
) -> "Search":
    """Return what reads as a form asks for: what is masked, and how values are decoded, is the cluster's."""
    values = SearchedValues(decoding_of(cluster, topic, **form.formats))
    mask = None if clear else masking_of(cluster, topic)
    isolation = form.cleaned_data["isolation"] or usual_isolation(cluster)
    return Search(cluster.connection(), topic, leaders, form, values, mask, isolation == "committed")


@dataclass
class Search:
    """One request's part of a search, or of reading without one."""

    connection: Connection
    topic: str
    leaders: Mapping[int, int | None]
    form: MessagesForm
    searched: SearchedValues
    mask: Mask | None = None
    committed: bool = False

    def __post_init__(self) -> None:
        values = self.form.cleaned_data
        self.cursor: Cursor = values["cursor"]
        self.before = Tally.of(self.cursor.counts)  # what former requests did
        self.record_filter: RecordFilter = self.form.record_filter(self.searched.documents)
        self.texts = FieldTexts(values["fields_shown"], self.searched.documents)

    def start_over(self) -> None:
        """Forget the place to go on from: it is one in a topic that had the name before this one."""
        self.cursor, self.before = Cursor(replaced=True), Tally()

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
        width = self.before.width or offset_ranges.first_width(self.limit, partitions, searching=self.form.searching)
        ends, lacking = offset_ranges.ends(available, places), partial(offset_ranges.used_up, limit=self.limit)
        if self.form.searching:
            lacking = partial(offset_ranges.fewer, needed=offset_ranges.share(self.limit, partitions))
        return read_backward(self.read_spans, available, ends, lacking, width, seconds)

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


def kept_of_each(limit: int) -> Keep:
    """Return how much is kept of each record of a page, so that no page becomes too large."""
    if limit == 1:
        return WHOLE
    share = min(LONGEST, PAGE_BYTES // limit)
    return Keep(key=share // 4, value=share, headers=share // 4, count=20)
