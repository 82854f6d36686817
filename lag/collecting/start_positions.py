"""Where to start reading a partition of the offsets topic for the first time."""

import time
from collections.abc import Iterable, Mapping

from clusters.gateway import offsets
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.reading.offsets_topic import TOPIC, OffsetsTopicReader
from clusters.gateway.result import Failure

SHORT = 500_000  # records; a topic no longer than this is read from its oldest record
PROOF_SECONDS = 3.0  # to read anything at all
RECENT_MS = 3_600_000  # else from an hour ago, which fills a window of ten commits at one every six minutes


def starts(connection: Connection, ends: Mapping[int, int]) -> tuple[dict[int, int], int | None]:
    """Return the first offset to read by partition, and the time from which on is read, in milliseconds.

    The time is None where everything is read.

    Raises:
        KafkaFailure: a partition's oldest offset is not known.
    """
    lows, failures = log_starts(connection, ends)
    if len(lows) < len(ends):
        raise KafkaFailure(failures[0].sentence, "Check the brokers that lead __consumer_offsets.")
    if sum(ends[number] - low for number, low in lows.items()) <= SHORT:
        return lows, None
    moment_ms = time.time_ns() // 1_000_000 - RECENT_MS
    recent, _ = offsets.offsets_at(connection, [(TOPIC, number) for number in ends], moment_ms)
    return {number: _place(recent[TOPIC, number], low, ends[number]) for number, low in lows.items()}, moment_ms


def log_starts(connection: Connection, numbers: Iterable[int]) -> tuple[dict[int, int], tuple[Failure, ...]]:
    """Return the oldest offset of each partition that answered, and why others did not.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    marks, failures = offsets.watermarks(connection, [(TOPIC, number) for number in numbers])
    return {number: mark.low for (_, number), mark in marks.items() if mark.low is not None}, failures


def _place(recent: int | None, low: int, end: int) -> int:
    """Return the recent offset; the end where no record is that young, the oldest where unknown."""
    if recent is None:
        return low
    return end if recent < 0 else recent


def is_readable(connection: Connection, positions: Mapping[int, int], ends: Mapping[int, int]) -> bool:
    """Tell whether a read worked, even with nothing to read: reading takes more rights than asking for ends.

    Raises:
        KafkaFailure: reading is not allowed, or the brokers are gone.
    """
    reader = OffsetsTopicReader(connection, {number: positions[number] for number in ends})
    try:
        beyond = {number: end + 1 for number, end in ends.items()}
        return any(reader.read(positions, beyond, PROOF_SECONDS)) or bool(reader.reached)
    finally:
        reader.close()
