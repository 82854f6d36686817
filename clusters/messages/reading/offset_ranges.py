"""Which offsets to read for a page of records, and where the next page continues. Pure.

Records of several partitions are merged by time, each partition's in the order of its offsets. The next page continues
at an offset per partition, so records that were read but not shown are not lost.
"""

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clusters.gateway.log.records import Record
from clusters.gateway.offsets import NO_RECORD, Watermarks
from clusters.gateway.reading.records import Reading, Span

READ = 5_000  # records that a search looks for at most
SEARCHED = 20_000  # offsets that a search reads at once, at first
Places = Mapping[int, int]  # an offset by partition
Records = Mapping[int, deque[Record]]  # by partition, in the order of their offsets


def first_width(limit: int, partitions: int, *, searching: bool) -> int:
    """Return how many offsets of each partition are read at first: for a page, twice a fair part of its records."""
    return max(1, SEARCHED // partitions) if searching else min(limit, -(-2 * limit // partitions))


def share(limit: int, partitions: int) -> int:
    """Return how many records of each partition a search looks for: enough for a page, but fewer of many partitions."""
    return min(limit, max(READ // partitions, -(-limit // partitions)))


def used_up(records: Records, limit: int) -> set[int]:
    """Return the partitions all of whose newest records belong to the page, where older ones of theirs may belong too.

    There are none once the page is full of records that are newer than what is left of each partition.
    """
    remaining = from_the_newest(records)
    taken(remaining, limit, age)
    return {partition for partition, records_left in remaining.items() if not records_left}


def from_the_newest(records: Records) -> dict[int, deque[Record]]:
    return {partition: deque(reversed(records_read)) for partition, records_read in records.items()}


def fewer(records: Records, needed: int) -> set[int]:
    """Return the partitions that have fewer records than needed."""
    return {partition for partition, records_read in records.items() if len(records_read) < needed}


def age(record: Record) -> int:
    """Return what is the lower, the newer a record is."""
    return -(record.time_ms or 0)


def known_spans(marks: Mapping[int, Watermarks]) -> dict[int, Span]:
    """Return the existing offsets of the partitions with known watermarks."""
    return {
        partition: Span(mark.low, mark.high)
        for partition, mark in marks.items()
        if mark.low is not None and mark.high is not None
    }


def clipped(available: Mapping[int, Span], lows: Places, highs: Places) -> dict[int, Span]:
    """Return what exists of the partitions within bounds; ``NO_RECORD`` is the end."""
    spans = {}
    for partition, span in available.items():
        end = within(highs.get(partition, span.end), span)
        spans[partition] = Span(min(within(lows.get(partition, span.start), span), end), end)
    return spans


def ends(available: Mapping[int, Span], places: Places) -> dict[int, int]:
    """Return the given places, or the ends, before which records are read backwards."""
    return {partition: within(places.get(partition, span.end), span) for partition, span in available.items()}


def forward(available: Mapping[int, Span], places: Places) -> dict[int, Span]:
    """Return all that follows the given places, or the beginning; ``NO_RECORD`` is the end."""
    return {
        partition: Span(within(places.get(partition, span.start), span), span.end)
        for partition, span in available.items()
    }


def within(offset: int, span: Span) -> int:
    """Return the offset, or the nearest existing one."""
    return span.end if offset == NO_RECORD else max(span.start, min(offset, span.end))


@dataclass(frozen=True)
class Sheet:
    """A page of records, and where the next one continues; empty on the last page."""

    records: list[Record]
    next_places: Places


def newest_first(reading: Reading, available: Mapping[int, Span], limit: int) -> Sheet:
    """Return the newest records, and the places before which there may be older ones."""
    remaining = from_the_newest(reading.records)
    records = taken(remaining, limit, age)
    next_places = {
        partition: end_of_older(reading, partition, remaining[partition], limit) for partition in reading.spans
    }
    return Sheet(
        records,
        next_places if any(next_places[partition] > available[partition].start for partition in next_places) else {},
    )


def end_of_older(reading: Reading, partition: int, remaining: deque[Record], limit: int) -> int:
    """Return the offset before which a partition's older records are: not shown, not kept, or not read."""
    if remaining:
        return remaining[0].offset + 1
    records = reading.records[partition]
    return records[0].offset if len(records) >= limit else reading.spans[partition].start


def oldest_first(reading: Reading, available: Mapping[int, Span], limit: int) -> Sheet:
    """Return the oldest records, and the places from which there may be more."""
    remaining = {partition: deque(records_read) for partition, records_read in reading.records.items()}
    records = taken(remaining, limit, lambda record: record.time_ms or 0)
    next_places = {
        partition: remaining[partition][0].offset if remaining[partition] else reading.reached[partition]
        for partition in reading.spans
    }
    return Sheet(
        records,
        next_places if any(next_places[partition] < available[partition].end for partition in next_places) else {},
    )


def taken(remaining: Mapping[int, deque[Record]], limit: int, rank: Callable[[Record], int]) -> list[Record]:
    """Take the first remaining records of all partitions by rank, keeping each partition's order.

    Of records of one rank, those of the partition come first of which fewer were taken; so no partition that wrote much
    in a millisecond fills a page alone, and less has to be read of it.
    """
    heads = [(rank(records_left[0]), 0, partition) for partition, records_left in remaining.items() if records_left]
    heapq.heapify(heads)
    records: list[Record] = []
    while heads and len(records) < limit:
        _, number_taken, partition = heapq.heappop(heads)
        records.append(remaining[partition].popleft())
        if remaining[partition]:
            heapq.heappush(heads, (rank(remaining[partition][0]), number_taken + 1, partition))
    return records
