"""Where to start reading a partition of the offsets topic for the first time."""

import time
from collections.abc import Mapping

from clusters.gateway import offsets
from clusters.gateway.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets_topic import TOPIC

SHORT = 500_000  # records; a topic no longer than this is read from its oldest record
RECENT_MS = 3_600_000  # else from an hour ago, which fills a window of ten commits at one every six minutes


def starts(connection: Connection, ends: Mapping[int, int]) -> tuple[dict[int, int], int | None]:
    """Return the first offset to read by partition, and the time from which on is read, in milliseconds.

    The time is None where everything is read.

    Raises:
        KafkaFailure: the partitions did not tell.
    """
    asked = [(TOPIC, number) for number in ends]
    marks, failures = offsets.watermarks(connection, asked)
    lows = {number: mark.low for (_, number), mark in marks.items() if mark.low is not None}
    if len(lows) < len(asked):
        raise KafkaFailure(failures[0].sentence, "Look at the brokers that lead the offsets topic.")
    if sum(ends[number] - low for number, low in lows.items()) <= SHORT:
        return lows, None
    moment_ms = time.time_ns() // 1_000_000 - RECENT_MS
    recent, _ = offsets.offsets_at(connection, asked, moment_ms)
    return {number: _place(recent[TOPIC, number], low, ends[number]) for number, low in lows.items()}, moment_ms


def _place(recent: int | None, low: int, end: int) -> int:
    """Return the recent offset; the end where no record is that young, the oldest where it is not known."""
    if recent is None:
        return low
    return end if recent < 0 else recent
