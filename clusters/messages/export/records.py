"""A query's records one after another, stretch by stretch, so that a large result takes no memory.

Kafka requests: those of a page for each stretch, and those of a record for each one that a stretch keeps only the
beginning of; after each, one describe, so that no file has records of two topics that had the name one after another.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

from clusters.gateway.errors import Busy, KafkaFailure
from clusters.gateway.log.records import Record
from clusters.messages.forms import MessagesForm
from clusters.messages.own_types import OwnTypes
from clusters.messages.reading.cursors import read_cursor
from clusters.messages.reading.pages import LATE, RecordsPage, read_page
from clusters.messages.reading.single import one_record
from clusters.messages.reading.topic import TopicLog, require_same
from clusters.models import Cluster

USUAL, MOST = 10_000, 100_000  # records of a file
STRETCH = 100  # records read at once
SECONDS = 2.0  # that one stretch may take
LONGEST = 300.0  # seconds that an export may take
AT_ONCE = 2  # exports, in a process
NAMED = 10  # reasons named in a file
SHORT = "Limit of {most:,} records reached"
SLOW = "Time limit of {minutes} minutes reached"
STUCK = "Some partitions could not be read to the end"
_exports = BoundedSemaphore(AT_ONCE)
Exported = tuple[Record, list[str | None]]


@contextmanager
def export_slot() -> Iterator[None]:
    """Be one of the exports that the process bears at once.

    Raises:
        Busy: there are as many already.
    """
    if not _exports.acquire(blocking=False):
        raise Busy("Others are exporting records just now, as many as this process bears.", "Try again in a minute.")
    try:
        yield
    finally:
        _exports.release()


@dataclass
class Export:
    """An export as it goes: how many records were given, and why these are not all, if so."""

    cluster: Cluster
    log: TopicLog
    query: Mapping[str, Any]  # as the page's form takes it
    most: int
    clear: bool = False  # for somebody who may unmask records
    given: int = 0
    reasons: dict[str, None] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def incomplete(self) -> str:
        """Why the records are not all that match, as sentences; empty where they are."""
        return " ".join(f"{reason.rstrip('.')}." for reason in self.reasons)

    def records(self) -> Iterator[Exported]:
        """Yield the records, with the texts of the fields that are columns.

        Raises:
            KafkaFailure: nothing can be read at all; later failures end the export, with the reason kept.
        """
        with export_slot():
            page = self.stretch("")
            while True:
                for record in page.records:
                    self.given += 1
                    yield self.whole(record), page.fields.get((record.partition, record.offset), [])
                following = self.after(page)
                if following is None:
                    return
                page = following

    def after(self, page: RecordsPage) -> RecordsPage | None:
        """Return the stretch after another one; None where the export ends, with the reason kept."""
        while page.cursor and not self.limit_reached():
            try:
                following = self.stretch(page.cursor)
            except Busy:  # it waited for its turn; the time limit ends this
                continue
            except KafkaFailure as failure:
                self.note(failure.sentence)
                return None
            if following.records or not following.cursor or self.moved(page, following):
                return following
            self.note(STUCK)
            return None
        return None

    def limit_reached(self) -> bool:
        """Tell whether the export ends at one of its limits, and keep which."""
        if self.given >= self.most:
            self.note(SHORT.format(most=self.most))
        elif time.monotonic() - self.started > LONGEST:
            self.note(SLOW.format(minutes=round(LONGEST / 60)))
        else:
            return False
        return True

    def moved(self, before: RecordsPage, after: RecordsPage) -> bool:
        """Tell whether a stretch without records got further, or will by smaller steps."""
        places, later = (read_cursor(page.cursor, self.log).places for page in (before, after))
        return after.progress.goes_on or places != later

    def note(self, reason: str) -> None:
        """Keep a reason why records are missing, of the first ones."""
        if len(self.reasons) < NAMED:
            self.reasons[reason] = None

    def form(self, cursor: str) -> MessagesForm:
        """Return the page's form for the next stretch."""
        limit = max(1, min(STRETCH, self.most - self.given))
        values = {**self.query, "cursor": cursor, "limit": limit, "seconds": SECONDS}
        return MessagesForm(values, log=self.log, types=OwnTypes(self.cluster))

    def stretch(self, cursor: str) -> RecordsPage:
        """Read on from a cursor.

        Raises:
            KafkaFailure: reading is not allowed, nobody answers, or these may be records of another topic.
        """
        form = self.form(cursor)
        form.full_clean()
        page = read_page(self.cluster, self.log.topic, self.log.leaders, form, clear=self.clear)
        require_same(self.cluster, self.log)
        for problem in page.problems:
            if problem.sentence != LATE:  # what was not read in time is read by the next stretch
                self.note(f"{problem.subject}: {problem.sentence}")
        return page

    def whole(self, record: Record) -> Record:
        """Return a record as whole as one that is read alone; what is gone in the meantime as it is."""
        if not cut_parts(record):
            return record
        try:
            alone = one_record(
                self.cluster, self.log.topic, self.log.leaders, record.partition, record.offset, clear=self.clear
            )
            require_same(self.cluster, self.log)
        except KafkaFailure:
            return record
        return alone or record


def cut_parts(record: Record) -> list[str]:
    """Return the names of the parts of which only the beginning was kept."""
    headers = record.header_count > len(record.headers) or any(
        value is not None and size > len(value) for _, value, size in record.headers
    )
    parts = {
        "key": record.key is not None and record.key_size > len(record.key),
        "value": record.value is not None and record.value_size > len(record.value),
        "headers": headers,
    }
    return [name for name, is_cut in parts.items() if is_cut]
