"""Offsets of partitions: low and high watermarks in bulk, and lag."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from math import inf
from typing import Any

from confluent_kafka import TopicPartition
from confluent_kafka.admin import OffsetSpec

from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.pool import Admin
from clusters.gateway.errors import KafkaFailure, LeaderMoved, TimedOut
from clusters.gateway.result import Failure

TIMEOUT = 5.0
CHUNK = 1000  # partitions per call: librdkafka's merging of results is quadratic in them
WAVE = 5_000  # partitions requested at once: the library creates a future of 1.5 kB for each
LARGEST = 2**63 - 1  # largest offset
NO_RECORD = -1  # Kafka's answer for a time after the last record; librdkafka's own -1001 means no answer, not an error
# Seconds that a request is given at the least: librdkafka's memory is corrupted by one that times out while it is made.
LEAST = 0.1
PAUSES = (0.1, 0.3, 1.0)  # seconds until a leader that has just been elected, or its brokers, know of it
UNTOLD = "Their leader did not answer."
Key = tuple[str, int]
Leaders = Mapping[Key, int | None]  # known leaders; a call for partitions of one leader needs only that broker
UNKNOWN: Leaders = {}


def name_of(key: Key) -> str:
    """Return a partition's name as Kafka's tools write it."""
    return f"{key[0]}-{key[1]}"


@dataclass(frozen=True, slots=True)
class OfPartition:
    """What is said of one partition."""

    topic: str
    number: int

    @property
    def key(self) -> Key:
        return self.topic, self.number

    @property
    def name(self) -> str:
        return name_of(self.key)


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


def request_offsets(admin: Admin, portions: list[list[Key]], spec: Any, deadline: float) -> dict[Key, "Future[Any]"]:
    """Request one kind of offset of many partitions, with all chunks in flight at once."""
    futures: dict[Key, Future[Any]] = {}
    for portion in portions:
        request = {TopicPartition(topic, number): spec for topic, number in portion}
        timeout = max(LEAST, deadline - time.monotonic())
        futures_by_partition = admin.client.list_offsets(request, request_timeout=timeout)
        futures |= {
            (partition.topic, partition.partition): future for partition, future in futures_by_partition.items()
        }
    return futures


def collect_offsets(
    admin: Admin, futures: Mapping[Key, "Future[Any]"], deadline: float
) -> tuple[dict[Key, int | None], dict[Key, KafkaFailure]]:
    """Return the offsets that came before the deadline, None for those that did not, and why they did not."""
    offsets: dict[Key, int | None] = {}
    problems: dict[Key, KafkaFailure] = {}
    for key, future in futures.items():
        try:
            offset = pool.result(admin, future, max(0.0, deadline - time.monotonic())).offset
            offsets[key] = offset if offset >= NO_RECORD else None
            if offset < NO_RECORD:
                problems[key] = TimedOut(UNTOLD)
        except KafkaFailure as failure:
            offsets[key], problems[key] = None, failure
    return offsets, problems


def read_wave(
    admin: Admin, partitions: list[Key], specs: Sequence[Any], leaders: Leaders, seconds: float
) -> tuple[list[dict[Key, int | None]], dict[Key, KafkaFailure]]:
    """Return some kinds of offsets, all asked for at once; a moment later again where a leader has just changed.

    With no time for it, nothing is asked, and nothing known.
    """
    deadline = time.monotonic() + seconds
    offsets: list[dict[Key, int | None]] = [dict.fromkeys(partitions) for _ in specs]
    if not seconds:
        return offsets, dict.fromkeys(partitions, pool.timeout_error("Kafka"))
    problems: dict[Key, KafkaFailure] = {}
    for pause in (*PAUSES, inf):
        portions = list(chunks(partitions, leaders))
        requested = [request_offsets(admin, portions, spec, deadline) for spec in specs]
        for of_kind, futures in zip(offsets, requested, strict=True):
            collected, failed = collect_offsets(admin, futures, deadline)
            of_kind |= collected
            problems |= failed
        partitions = [key for key, failure in problems.items() if isinstance(failure, LeaderMoved)]
        if not partitions or time.monotonic() + pause > deadline:
            break
        time.sleep(pause)
        problems = {key: failure for key, failure in problems.items() if not isinstance(failure, LeaderMoved)}
    return offsets, problems


def failures_of(problems: Mapping[Key, KafkaFailure]) -> tuple[Failure, ...]:
    """Return one failure per problem, with its number of partitions."""
    numbers = Counter(failure.sentence for failure in problems.values())
    return tuple(Failure(f"offsets of {number:,} partition(s)", text) for text, number in numbers.items())


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
    problems: dict[Key, KafkaFailure] = {}
    for wave, seconds in waves(list(partitions), timeout):
        (wave_offsets,), wave_problems = read_wave(admin, wave, [spec], leaders, seconds)
        offsets |= wave_offsets
        problems |= wave_problems
    return offsets, failures_of(problems)


def waves(partitions: list[Key], timeout: float) -> Iterator[tuple[list[Key], float]]:
    """Yield the partitions in waves, each with its share of the remaining time.

    A hanging broker uses up each wave's share, while the others answer within it. What remains at the end has none.
    """
    deadline = time.monotonic() + timeout
    for start in range(0, len(partitions), WAVE):
        left = deadline - time.monotonic()
        share = max(LEAST, left / -(-(len(partitions) - start) // WAVE))
        yield partitions[start : start + WAVE], share if left > 0 else 0


def watermarks(
    connection: Connection, partitions: Iterable[Key], *, leaders: Leaders = UNKNOWN, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, Watermarks], tuple[Failure, ...]]:
    """Return low and high watermarks; None for those that did not come, and the failures.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    admin = pool.admin(connection, timeout=timeout)
    marks: dict[Key, Watermarks] = {}
    problems: dict[Key, KafkaFailure] = {}
    kinds = [OffsetSpec.earliest(), OffsetSpec.latest()]
    for wave, seconds in waves(list(partitions), timeout):
        (low, high), wave_problems = read_wave(admin, wave, kinds, leaders, seconds)
        marks |= {key: Watermarks(low[key], high[key]) for key in wave}
        problems |= wave_problems
    return marks, failures_of(problems)


def offsets_at(
    connection: Connection, partitions: Iterable[Key], moment_ms: int, *, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, int | None], tuple[Failure, ...]]:
    """Return the first offset at or after a time; -1 if no record is that recent, None where unknown.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    return fetch_offsets(connection, partitions, OffsetSpec.for_timestamp(moment_ms), UNKNOWN, timeout)
