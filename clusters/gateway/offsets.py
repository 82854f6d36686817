"""Offsets of partitions: low and high watermarks in bulk, and lag."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.protocol.consumer import ListOffsetsRequest
from kafka.protocol.metadata import MetadataRequest

from clusters.gateway.clients import leaders as known_leaders
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.clients.undecoded import Response, Undecoded
from clusters.gateway.errors import KafkaFailure, LeaderMoved, NotFound, TimedOut, Unreachable, failed_code
from clusters.gateway.result import Failure

TIMEOUT = 5.0
LARGEST = 2**63 - 1  # largest offset
SMALLEST = 1_000  # partitions per request, unless a leader has more of them than REQUESTS requests
REQUESTS = 20  # per leader at most: those in flight to one broker are limited
VERSIONS = {"min_version": 1, "max_version": 7}
LATEST, EARLIEST = -1, -2  # Kafka's numbers for times
NO_RECORD = -1  # Kafka's answer for a time after the last record
PAUSES = (0.1, 0.3, 1.0)  # seconds until a leader that has just been elected, or its brokers, know of it
UNKNOWN_PARTITION, NO_LEADER = 3, 5  # Kafka's codes
Kinds = tuple[type[KafkaFailure], ...]
STALE: Kinds = (LeaderMoved, NotFound, Unreachable)  # what a leader that leads no more says, or is
DOUBTFUL: Kinds = (TimedOut, *STALE)  # and what one says, or is, that is only remembered
PASSING: Kinds = (LeaderMoved,)
Key = tuple[str, int]
Leaders = Mapping[Key, int | None]  # known leaders, -1 for nobody
UNKNOWN: Leaders = {}
Outcomes = dict[Key, int | KafkaFailure]


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


def chunks(partitions: list[Key]) -> Iterator[list[Key]]:
    """Yield one leader's partitions in chunks, one for each request."""
    size = max(SMALLEST, -(-len(partitions) // REQUESTS))
    for start in range(0, len(partitions), size):
        yield partitions[start : start + size]


def request(partitions: list[Key], moment: int) -> Undecoded:
    """Return a request for the offsets at a moment: milliseconds since 1970, ``LATEST`` or ``EARLIEST``."""
    topic_class = ListOffsetsRequest.ListOffsetsTopic
    partition_class = topic_class.ListOffsetsPartition
    by_topic: dict[str, list[Any]] = {}
    for topic, number in partitions:
        by_topic.setdefault(topic, []).append(partition_class(partition_index=number, timestamp=moment))
    topics = [topic_class(name=topic, partitions=numbers) for topic, numbers in by_topic.items()]
    return Undecoded(ListOffsetsRequest(replica_id=-1, isolation_level=0, topics=topics, **VERSIONS))


def outcomes_in(response: Response | KafkaFailure, partitions: list[Key]) -> Outcomes:
    """Return what a response says of each partition that it was asked for."""
    if isinstance(response, KafkaFailure):
        return dict.fromkeys(partitions, response)
    return {
        (topic.name, partition.partition_index): failed_code(partition.error_code)
        if partition.error_code
        else partition.offset
        for topic in response.decoded().topics
        for partition in topic.partitions
    }


def leaders_now(
    connection: Connection, partitions: Iterable[Key], timeout: float, broker: int | None = None
) -> tuple[dict[Key, int], dict[Key, KafkaFailure]]:
    """Return who leads partitions, -1 for nobody, and of the others why that is not told, by one broker or any.

    Raises:
        KafkaFailure: with the cause.
    """
    topics = [MetadataRequest.MetadataRequestTopic(name=name) for name in sorted({topic for topic, _ in partitions})]
    metadata = MetadataRequest(topics=topics, allow_auto_topic_creation=False, min_version=4)
    present = protocol.send(connection, metadata, broker, timeout=timeout).topics
    leaders = {
        (topic.name, partition.partition_index): partition.leader_id
        for topic in present
        for partition in topic.partitions
    }
    known_leaders.remember(connection, leaders)
    codes = {topic.name: topic.error_code or UNKNOWN_PARTITION for topic in present}
    return leaders, {key: failed_code(codes[key[0]]) for key in partitions if key not in leaders}


def ask(
    connection: Connection, partitions: Iterable[Key], moments: Sequence[int], leaders: Leaders, timeout: float
) -> list[Outcomes]:
    """Ask leaders for the offsets of their partitions at some moments, all at once; return the outcomes by moment.

    A broker that hangs uses up the time, while the others answer within it.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    by_leader: dict[int | None, list[Key]] = defaultdict(list)
    for key in partitions:
        by_leader[leaders.get(key)].append(key)
    outcomes: list[Outcomes] = [{} for _ in moments]
    places, requests = [], []
    for leader, keys in by_leader.items():
        if leader is None or leader < 0:
            failure = failed_code(UNKNOWN_PARTITION if leader is None else NO_LEADER)
            outcomes = [of_moment | dict.fromkeys(keys, failure) for of_moment in outcomes]
            continue
        for portion in chunks(keys):
            for place, moment in enumerate(moments):
                places.append((place, portion))
                requests.append((leader, request(portion, moment)))
    responses = protocol.send_all(connection, requests, timeout=timeout)
    for (place, portion), response in zip(places, responses, strict=True):
        outcomes[place] |= outcomes_in(response, portion)
    return outcomes


def read(
    connection: Connection, partitions: Sequence[Key], moments: Sequence[int], leaders: Leaders, timeout: float
) -> list[Outcomes]:
    """Return the outcomes by moment.

    Those that led last are asked where the caller knows no leaders. Where no leader is known, or the one that is known
    may lead no more, the brokers are asked who does; and again a moment later where they do not agree yet.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    deadline = time.monotonic() + timeout
    kinds, first_timeout = STALE, timeout
    if not leaders:
        leaders = known_leaders.remembered(connection)
        kinds, first_timeout = DOUBTFUL, timeout * protocol.FIRST_TRY
    outcomes = ask(connection, partitions, moments, leaders, first_timeout)
    for pause, again_for in ((0.0, kinds), *((pause, PASSING) for pause in PAUSES)):
        again = [key for key in partitions if any(isinstance(of_moment[key], again_for) for of_moment in outcomes)]
        if not again or time.monotonic() + pause >= deadline:
            break
        time.sleep(pause)
        present, untold = leaders_now(connection, again, deadline - time.monotonic())
        newer = ask(connection, present.keys() & set(again), moments, present, deadline - time.monotonic())
        outcomes = [{**of_moment, **untold, **later} for of_moment, later in zip(outcomes, newer, strict=True)]
    return outcomes


def offset_in(outcome: int | KafkaFailure) -> int | None:
    return outcome if isinstance(outcome, int) else None


def failures_of(*outcomes: Outcomes) -> tuple[Failure, ...]:
    """Return one failure per problem, with its number of partitions."""
    problems = {key: outcome for each in outcomes for key, outcome in each.items() if not isinstance(outcome, int)}
    numbers = Counter(failure.sentence for failure in problems.values())
    return tuple(Failure(f"offsets of {number:,} partition(s)", text) for text, number in numbers.items())


def end_offsets(
    connection: Connection, partitions: Iterable[Key], *, leaders: Leaders = UNKNOWN, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, int | None], tuple[Failure, ...]]:
    """Return the high watermarks; None for those that did not come, and the failures.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    return offsets_at(connection, partitions, LATEST, leaders=leaders, timeout=timeout)


def watermarks(
    connection: Connection, partitions: Iterable[Key], *, leaders: Leaders = UNKNOWN, timeout: float = TIMEOUT
) -> tuple[Mapping[Key, Watermarks], tuple[Failure, ...]]:
    """Return low and high watermarks; None for those that did not come, and the failures.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    lows, highs = read(connection, list(partitions), (EARLIEST, LATEST), leaders, timeout)
    marks = {key: Watermarks(offset_in(low), offset_in(highs[key])) for key, low in lows.items()}
    return marks, failures_of(lows, highs)


def offsets_at(
    connection: Connection,
    partitions: Iterable[Key],
    moment_ms: int,
    *,
    leaders: Leaders = UNKNOWN,
    timeout: float = TIMEOUT,
) -> tuple[Mapping[Key, int | None], tuple[Failure, ...]]:
    """Return the first offset at or after a time; -1 if no record is that recent, None where unknown.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    (outcomes,) = read(connection, list(partitions), (moment_ms,), leaders, timeout)
    return {key: offset_in(outcome) for key, outcome in outcomes.items()}, failures_of(outcomes)
