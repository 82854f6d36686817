"""Offsets of partitions: low and high watermarks in bulk, and lag."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import TopicPartition
from confluent_kafka.admin import OffsetSpec

from clusters.gateway import clients
from clusters.gateway.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import Failure

TIMEOUT = 5.0
CHUNK = 1000  # partitions per call: librdkafka's own merging of results is quadratic in them
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Watermarks:
    """The first offset still there and the next one to be written; None where unknown."""

    low: int | None
    high: int | None


def lag(committed: int | None, end: int | None) -> int | None:
    """Return how many records a group has not committed; None when either side is unknown."""
    if committed is None or end is None:
        return None
    return max(end - committed, 0)


def listed(
    connection: Connection, partitions: Iterable[Key], spec: Any, timeout: float
) -> tuple[dict[Key, int | None], tuple[Failure, ...]]:
    """Ask for one kind of offset of many partitions, all chunks in flight at once."""
    wanted = list(partitions)
    admin = clients.admin(connection)
    futures: dict[Key, Any] = {}
    for start in range(0, len(wanted), CHUNK):
        request = {TopicPartition(topic, number): spec for topic, number in wanted[start : start + CHUNK]}
        answer = admin.client.list_offsets(request, request_timeout=timeout)
        futures |= {(one.topic, one.partition): future for one, future in answer.items()}
    found: dict[Key, int | None] = dict.fromkeys(wanted)
    problems: dict[str, int] = {}
    for key, future in futures.items():
        try:
            found[key] = clients.result(admin, future, timeout + 0.5).offset
        except KafkaFailure as failure:
            problems[failure.sentence] = problems.get(failure.sentence, 0) + 1
    failures = tuple(Failure(f"offsets of {number:,} partition(s)", text) for text, number in problems.items())
    return found, failures


def end_offsets(
    connection: Connection, partitions: Iterable[Key], *, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, int | None], tuple[Failure, ...]]:
    """Return the high watermarks; None for those that did not come, with the reasons."""
    return listed(connection, partitions, OffsetSpec.latest(), timeout)


def watermarks(
    connection: Connection, partitions: Iterable[Key], *, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, Watermarks], tuple[Failure, ...]]:
    """Return low and high watermarks; None for those that did not come, with the reasons."""
    wanted = list(partitions)
    high, failures = listed(connection, wanted, OffsetSpec.latest(), timeout)
    low, more = listed(connection, wanted, OffsetSpec.earliest(), timeout)
    both = {key: Watermarks(low[key], high[key]) for key in wanted}
    return both, tuple(dict.fromkeys((*failures, *more)))
