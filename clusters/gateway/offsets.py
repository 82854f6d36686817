"""Offsets of partitions: low and high watermarks in bulk, and lag."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import TopicPartition
from confluent_kafka.admin import OffsetSpec

from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.pool import Admin
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure

TIMEOUT = 5.0
CHUNK = 1000  # partitions per call: librdkafka's merging of results is quadratic in them
WAVE = 5_000  # partitions requested at once: the library creates a future of 1.5 kB for each
LARGEST = 2**63 - 1  # largest offset
NO_RECORD = -1  # Kafka's answer for a time after the last record; librdkafka's own -1001 means no answer, not an error
UNTOLD = "Their leader did not answer."
Key = tuple[str, int]
Leaders = Mapping[Key, int | None]  # known leaders; a call for partitions of one leader needs only that broker
UNKNOWN: Leaders = {}


@dataclass(frozen=True, slots=True)
class Watermarks:
    """The first existing offset and the next one to be written; None where unknown."""

    low: int | None
    high: int | None


def lag(committed: int | None, end: int | None) -> int | None:
    """Return how many records a group has not committed; None when either side is unknown."""
    if committed is None or end is None:
        return None
    return max(end - committed, 0)


def beyond(committed: int | None, end: int | None) -> int | None:
    """Return how far a committed offset lies beyond the end of the log, 0 for not at all; None where unknown."""
    if committed is None or end is None:
        return None
    return max(committed - end, 0)


def chunks(partitions: Iterable[Key], leaders: Leaders) -> Iterator[list[Key]]:
    """Yield the partitions in chunks of one leader each.

    The library completes a call when all its brokers answered, so a hanging one must not delay the others.
    """
    by_leader: dict[int | None, list[Key]] = defaultdict(list)
    for key in partitions:
        by_leader[leaders.get(key)].append(key)
    for keys in by_leader.values():
        for start in range(0, len(keys), CHUNK):
            yield keys[start : start + CHUNK]


def request_offsets(admin: Admin, portions: list[list[Key]], spec: Any, timeout: float) -> dict[Key, "Future[Any]"]:
    """Request one kind of offset of many partitions, with all chunks in flight at once."""
    futures: dict[Key, Future[Any]] = {}
    for portion in portions:
        request = {TopicPartition(topic, number): spec for topic, number in portion}
        futures_by_partition = admin.client.list_offsets(request, request_timeout=timeout)
        futures |= {
            (partition.topic, partition.partition): future for partition, future in futures_by_partition.items()
        }
    return futures


def collect_offsets(
    admin: Admin, futures: Mapping[Key, "Future[Any]"], deadline: float
) -> tuple[dict[Key, int | None], Counter[str]]:
    """Return the offsets that came before the deadline, and the number of partitions by problem."""
    offsets: dict[Key, int | None] = {}
    problems: Counter[str] = Counter()
    for key, future in futures.items():
        try:
            offset = pool.result(admin, future, max(0.0, deadline - time.monotonic())).offset
            offsets[key] = offset if offset >= NO_RECORD else None
            problems[UNTOLD] += offset < NO_RECORD
        except KafkaFailure as failure:
            offsets[key] = None
            problems[failure.sentence] += 1
    return offsets, +problems


def failures_of(problems: Counter[str]) -> tuple[Failure, ...]:
    """Return one failure per problem, with its number of partitions."""
    return tuple(Failure(f"offsets of {number:,} partition(s)", text) for text, number in problems.items())


def end_offsets(
    connection: Connection, partitions: Iterable[Key], *, leaders: Leaders = UNKNOWN, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, int | None], tuple[Failure, ...]]:
    """Return the high watermarks; None for those that did not come, and the failures.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    return fetch_offsets(connection, partitions, OffsetSpec.latest(), leaders, timeout)


def fetch_offsets(
    connection: Connection, partitions: Iterable[Key], spec: Any, leaders: Leaders, timeout: float
) -> tuple[dict[Key, int | None], tuple[Failure, ...]]:
    """Return one kind of offset of many partitions, wave by wave.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    admin = pool.admin(connection, timeout=timeout)
    offsets: dict[Key, int | None] = {}
    problems: Counter[str] = Counter()
    for wave, seconds in waves(list(partitions), timeout):
        deadline = time.monotonic() + seconds
        wave_offsets, wave_problems = collect_offsets(
            admin, request_offsets(admin, list(chunks(wave, leaders)), spec, seconds), deadline
        )
        offsets |= wave_offsets
        problems += wave_problems
    return offsets, failures_of(problems)


def waves(partitions: list[Key], timeout: float) -> Iterator[tuple[list[Key], float]]:
    """Yield the partitions in waves, each with its share of the remaining time.

    A hanging broker uses up each wave's share, while the others answer within it.
    """
    deadline = time.monotonic() + timeout
    for start in range(0, len(partitions), WAVE):
        left = max(0.1, deadline - time.monotonic())
        yield partitions[start : start + WAVE], left / -(-(len(partitions) - start) // WAVE)


def watermarks(
    connection: Connection, partitions: Iterable[Key], *, leaders: Leaders = UNKNOWN, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, Watermarks], tuple[Failure, ...]]:
    """Return low and high watermarks; None for those that did not come, and the failures.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    admin = pool.admin(connection, timeout=timeout)
    marks: dict[Key, Watermarks] = {}
    problems: Counter[str] = Counter()
    for wave, seconds in waves(list(partitions), timeout):
        deadline = time.monotonic() + seconds
        portions = list(chunks(wave, leaders))
        highs = request_offsets(admin, portions, OffsetSpec.latest(), seconds)
        lows = request_offsets(admin, portions, OffsetSpec.earliest(), seconds)
        high, high_problems = collect_offsets(admin, highs, deadline)
        low, low_problems = collect_offsets(admin, lows, deadline)
        marks |= {key: Watermarks(low[key], high[key]) for key in wave}
        problems += high_problems | low_problems
    return marks, failures_of(problems)


def offsets_at(
    connection: Connection, partitions: Iterable[Key], moment_ms: int, *, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, int | None], tuple[Failure, ...]]:
    """Return the first offset at or after a time; -1 if no record is that recent, None where unknown.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    return fetch_offsets(connection, partitions, OffsetSpec.for_timestamp(moment_ms), UNKNOWN, timeout)
