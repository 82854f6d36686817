"""Reading what was written to a topic since the last look at it.

Kafka requests: one describe, two list-offsets per leader, and fetches of what is shown.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from clusters.gateway import offsets
from clusters.gateway.log.records import Record
from clusters.gateway.reading.records import Span
from clusters.gateway.result import Failure
from clusters.messages.decoding import Decoding
from clusters.messages.following.looks import SCANNED, SECONDS, SHOWN, Pace, look, rate
from clusters.messages.forms import MessagesForm
from clusters.messages.reading import offset_ranges
from clusters.messages.reading.cursors import Cursor, is_replaced, next_page
from clusters.messages.reading.pages import incomplete, replaced_topic
from clusters.messages.reading.search import search_of
from clusters.messages.reading.slots import reader_slot
from clusters.models import Cluster


@dataclass(frozen=True)
class Followed:
    """What is new, the newest first, and where the next look begins.

    ``left_out`` counts the records that were written but not looked at since following began, as far as offsets tell.
    """

    at_ms: int
    records: list[Record]
    decoding: Decoding
    cursor: str
    per_second: int | None
    left_out: int
    problems: tuple[Failure, ...]
    fields: Mapping[tuple[int, int], list[str | None]]
    ranges: Mapping[int, Span] = field(default_factory=dict)


def follow(
    cluster: Cluster, topic: str, leaders: Mapping[int, int | None], form: MessagesForm, *, clear: bool = False
) -> Followed:
    """Look at what a valid form asks for and its cursor has not seen; the first look only finds the end.

    Raises:
        KafkaFailure: reading is not allowed, or nobody answers.
    """
    connection, now_ms = cluster.connection(), round(time.time() * 1000)
    cursor, numbers = form.cleaned_data["cursor"], form.chosen
    chosen = {(topic, partition): leaders[partition] for partition in sorted(numbers)}
    with reader_slot():
        marks, failures = offsets.watermarks(connection, chosen, leaders=chosen, timeout=SECONDS)
        available = offset_ranges.known_spans({partition: mark for (_, partition), mark in marks.items()})
        if is_replaced(cursor, form.log, available):
            cursor = Cursor(dict.fromkeys(numbers, 0), replaced=True)
        pace = Pace.of(cursor.counts, now_ms)
        new = look(available, cursor.places, SCANNED if form.searching else SHOWN)
        search = search_of(cluster, topic, leaders, form, clear=clear)
        reading = search.read_spans(new.spans, SECONDS) if new.written else None
    places = {partition: span.end for partition, span in available.items()}
    records: list[Record] = []
    problems = [*replaced_topic(cursor), *failures]
    if reading:
        sheet = offset_ranges.oldest_first(reading, reading.spans, search.limit)
        records = sheet.records[::-1]
        places |= sheet.next_places
        problems += incomplete(replace(reading, unread=sorted(reading.silent)), search)
    silent = {partition: cursor.places.get(partition, offsets.NO_RECORD) for partition in numbers - available.keys()}
    left_out = pace.left_out + new.left_out
    counts = Pace(now_ms, left_out).counts
    text, too_long = next_page(Cursor({**places, **silent}, counts, replaced=cursor.replaced), form.log)
    return Followed(
        now_ms, records, search.searched.decoding, text, rate(new.written, pace, now_ms), left_out,
        (*problems, *too_long), search.texts.found, new.spans if new.written else {},
    )  # fmt: skip
