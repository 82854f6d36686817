"""Reading backwards, stretch by stretch, until a page is full: a log has holes, so offsets do not count records."""

import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from clusters.gateway.log.records import Record
from clusters.gateway.reading.records import Reading, Span

WIDER, NARROWER = 4, 4  # by which the next stretch is longer where records are missing, shorter where it was too large
QUICK = 8  # a stretch that took less than this part of the time that was left is followed by a longer one

ReadStretch = Callable[[Mapping[int, Span], float], Reading]
Lacking = Callable[[Mapping[int, deque[Record]]], Collection[int]]


@dataclass
class Backward:
    """What was read back to now: by partition its records, oldest first, and the offset that they begin at."""

    available: Mapping[int, Span]
    ends: dict[int, int]
    lacking: Lacking
    starts: dict[int, int] = field(init=False)
    records: dict[int, deque[Record]] = field(init=False)
    looked_at: int = 0
    deleted: list[int] = field(default_factory=list)
    unreadable: dict[int, str] = field(default_factory=dict)
    open_from: dict[int, int] = field(default_factory=dict)
    markers: bool = False
    silent: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.starts = dict(self.ends)
        self.records = {partition: deque() for partition in self.ends}

    def unfinished(self) -> list[int]:
        """Return the partitions of which more is needed, and there is more."""
        lacking = self.lacking(self.records)
        return [
            partition
            for partition, start in self.starts.items()
            if start > self.available[partition].start
            and partition in lacking
            and partition not in self.deleted
            and partition not in self.silent
        ]

    def stretch(self, partition: int, width: int) -> Span:
        """Return the offsets to read next, before those that were read."""
        start = self.starts[partition]
        return Span(max(self.available[partition].start, start - width), start)

    def add(self, part: Reading) -> bool:
        """Take the partitions whose stretch was read whole; tell whether there were any.

        While others are read whole, one that gives nothing at all has a leader that does not answer.
        """
        self.looked_at += part.looked_at
        self.markers |= part.markers
        self.deleted += part.deleted
        self.unreadable.update(part.unreadable)
        for partition, span in part.spans.items():
            if partition not in part.unread:
                self.records[partition].extendleft(reversed(part.records[partition]))
                self.starts[partition] = span.start
                if partition in part.open_from:
                    self.open_from[partition] = part.open_from[partition]
        whole = len(part.unread) < len(part.spans)
        if whole:
            self.silent |= part.silent
        return whole

    def reading(self) -> Reading:
        """Return all of it as one reading."""
        spans = {partition: Span(start, self.ends[partition]) for partition, start in self.starts.items()}
        return Reading(
            spans,
            self.records,
            {partition: span.end for partition, span in spans.items()},
            self.looked_at,
            [],
            self.deleted,
            self.unreadable,
            self.open_from,
            self.markers,
        )


def read_backward(
    read: ReadStretch,
    available: Mapping[int, Span],
    ends: Mapping[int, int],
    lacking: Lacking,
    width: int,
    seconds: float,
) -> tuple[Reading, int]:
    """Read the last records before ``ends`` until no partition lacks any, or time is over.

    Args:
        read: reads spans within some seconds.
        available: the offsets that exist.
        ends: where to begin in each partition.
        lacking: tells of what was read the partitions of which more is needed.
        width: offsets of the first stretch of each partition.
        seconds: the time limit.

    Returns:
        What was read, and the offsets of the stretch to begin with next time.
    """
    deadline = time.monotonic() + seconds
    backward = Backward(available, dict(ends), lacking)
    while (partitions := backward.unfinished()) and (left := deadline - time.monotonic()) > 0:
        spans = {partition: backward.stretch(partition, width) for partition in partitions}
        if backward.add(read(spans, left)):
            took = left - (deadline - time.monotonic())
            width *= WIDER if took * QUICK < left else 1
        elif width == 1:
            break
        else:
            width = max(1, width // NARROWER)
    reading = backward.reading()
    reading.unread, reading.silent = sorted({*backward.unfinished(), *backward.silent}), backward.silent
    return reading, width
