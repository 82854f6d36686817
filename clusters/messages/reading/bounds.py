"""Between which offsets a form asks for records, and where to begin there.

Kafka requests: one list-offsets per leader for each time that is named.
"""

from collections.abc import Mapping
from datetime import datetime

from clusters.gateway import offsets
from clusters.gateway.clients.connection import Connection
from clusters.gateway.reading.records import Span
from clusters.gateway.result import Failure
from clusters.messages.forms import AROUND, MessagesForm
from clusters.messages.reading import offset_ranges
from clusters.messages.reading.offset_ranges import Places


def bounded(
    connection: Connection, topic: str, existing: Mapping[int, Span], form: MessagesForm, *, timeout: float
) -> tuple[dict[int, Span], tuple[Failure, ...]]:
    """Return what exists of partitions within the form's bounds; without those of which that is not known.

    Raises:
        KafkaFailure: nobody answers.
    """
    values = form.cleaned_data
    lows: dict[int, int | None] = dict.fromkeys(existing, values["offset"]) if values["seek"] == "offset" else {}
    highs: dict[int, int | None] = {}
    failures: list[Failure] = []
    if values["to_offset"] is not None:
        highs = dict.fromkeys(existing, values["to_offset"] + 1)
    if form.since:
        lows, failed = offsets_since(connection, topic, existing, form.since, timeout)
        failures += failed
    if form.until:
        ends, failed = offsets_since(connection, topic, existing, form.until, timeout)
        highs = {partition: lower(highs.get(partition), end) for partition, end in ends.items()}
        failures += failed
    spans = {
        partition: span
        for partition, span in existing.items()
        if lows.get(partition, 0) is not None and highs.get(partition, 0) is not None
    }
    return offset_ranges.clipped(spans, told(lows), told(highs)), tuple(failures)


def offsets_since(
    connection: Connection, topic: str, partitions: Mapping[int, Span], moment: datetime, timeout: float
) -> tuple[dict[int, int | None], tuple[Failure, ...]]:
    """Return the first offset at or after a moment, by partition; its end where no record is that recent."""
    keys = [(topic, partition) for partition in partitions]
    milliseconds = max(0, round(1000 * moment.timestamp()))  # Kafka's numbers below 0 are no times
    answers, failures = offsets.offsets_at(connection, keys, milliseconds, timeout=timeout)
    return {
        number: partitions[number].end if offset == offsets.NO_RECORD else offset
        for (_, number), offset in answers.items()
    }, failures


def lower(first: int | None, second: int | None) -> int | None:
    """Return the lower of two bounds; the second where there is no first."""
    return second if first is None or second is None else min(first, second)


def told(places: Mapping[int, int | None]) -> dict[int, int]:
    return {partition: offset for partition, offset in places.items() if offset is not None}


def first_places(available: Mapping[int, Span], form: MessagesForm) -> Places:
    """Return where to begin in each partition: at a bound, or with half of the page before the offset named."""
    if form.newest:
        return offset_ranges.ends(available, {})
    start = form.cleaned_data["offset"] if form.cleaned_data["seek"] == AROUND else None
    if start is None:
        return {partition: span.start for partition, span in available.items()}
    before = form.cleaned_data["limit"] // 2
    return {partition: offset_ranges.within(max(0, start - before), span) for partition, span in available.items()}
