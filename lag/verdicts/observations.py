"""What can be said of a group besides its verdict. A remark never changes a status: that stays Burrow's."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.web.formats import duration
from lag.types import GroupTopics, Partition

LONG_MS = 3_600_000  # without a commit on a topic, while the group commits on others


class Kind(StrEnum):
    NEVER_COMMITTED = "never committed"
    NOT_CONSUMED = "no longer consumed"
    ONE_LEFT = "a lag of one"
    OWNER_GONE = "owner gone"
    BEYOND_END = "beyond the end"


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a topic of a group."""

    kind: Kind
    subject: str
    sentence: str


def remarks(topics: GroupTopics, hosts: Collection[str] | None, now_ms: int) -> tuple[Remark, ...]:
    """Return what stands out in a group, topic by topic.

    ``hosts`` are its members' hosts as Kafka writes them, such as ``/10.0.0.1``; None where unknown.
    """
    observed: list[Remark] = []
    newest = {topic: _newest_ms(partitions) for topic, partitions in topics.items()}
    for topic, partitions in topics.items():
        others = [moment for name, moment in newest.items() if name != topic]
        observed += never_committed(topic, partitions)
        observed += no_longer_consumed(topic, partitions, max(others, default=0), now_ms)
        observed += one_left(topic, partitions)
        observed += owner_gone(topic, partitions, hosts)
        observed += beyond_end(topic, partitions)
    return tuple(observed)


def never_committed(topic: str, partitions: Sequence[Partition]) -> Iterator[Remark]:
    """Some partitions have no commit: what is unread there counts as a lag of 0."""
    numbers = _numbers_where(partitions, lambda partition: not partition.commits)
    if numbers:
        yield Remark(
            Kind.NEVER_COMMITTED,
            topic,
            f"{_partitions(numbers, len(partitions))} without a committed offset; unconsumed records there are "
            "not included in the lag.",
        )


def no_longer_consumed(topic: str, partitions: Sequence[Partition], others_ms: int, now_ms: int) -> Iterator[Remark]:
    """Records are unread, nothing was committed on the topic for long, and the group commits elsewhere.

    ``others_ms`` is the time of the newest commit on the group's other topics.
    """
    newest_ms = _newest_ms(partitions)
    unread = any(partition.current_lag for partition in partitions)
    if newest_ms and unread and now_ms - newest_ms > LONG_MS >= now_ms - others_ms:
        age = duration((now_ms - newest_ms) / 1000)
        yield Remark(
            Kind.NOT_CONSUMED,
            topic,
            f"No commits for this topic in {age}, while the group commits for others. If it no longer consumes "
            "this topic, delete its offsets.",
        )


def one_left(topic: str, partitions: Sequence[Partition]) -> Iterator[Remark]:
    """Exactly one record is unread and none was written lately."""
    numbers = _numbers_where(partitions, lambda partition: partition.current_lag == 1 and _is_quiet(partition))
    if numbers:
        yield Remark(
            Kind.ONE_LEFT,
            topic,
            f"{_partitions(numbers, len(partitions))} at a lag of 1 on an idle log: probably a transaction "
            "marker, or a client that commits the offset of the last record instead of the next one.",
        )


def owner_gone(topic: str, partitions: Sequence[Partition], hosts: Collection[str] | None) -> Iterator[Remark]:
    """A partition's last owner is not a member of the group."""
    if hosts is None:
        return
    numbers = _numbers_where(partitions, lambda partition: bool(partition.owner) and partition.owner not in hosts)
    if numbers:
        reason = "its host is not among the members'" if hosts else "the group has no members"
        yield Remark(
            Kind.OWNER_GONE,
            topic,
            f"{_partitions(numbers, len(partitions))} without its last assigned owner: {reason}.",
        )


def beyond_end(topic: str, partitions: Sequence[Partition]) -> Iterator[Remark]:
    """A committed offset is beyond the end of the log."""
    numbers = _numbers_where(partitions, lambda partition: bool(partition.commits and _beyond(partition) > 0))
    if numbers:
        largest = max(_beyond(partitions[number]) for number in numbers)
        yield Remark(
            Kind.BEYOND_END,
            topic,
            f"{_partitions(numbers, len(partitions))} committed beyond the log end offset by up to {largest:,}: "
            "the topic was probably recreated or truncated, and new records may be skipped.",
        )


def _beyond(partition: Partition) -> int:
    return partition.commits[-1].offset - partition.broker_offsets[-1] if partition.broker_offsets else 0


def _is_quiet(partition: Partition) -> bool:
    return len(partition.broker_offsets) > 1 and len(set(partition.broker_offsets)) == 1


def _newest_ms(partitions: Sequence[Partition]) -> int:
    return max((partition.commits[-1].timestamp_ms for partition in partitions if partition.commits), default=0)


def _numbers_where(partitions: Sequence[Partition], matches: Callable[[Partition], bool]) -> list[int]:
    return [number for number, partition in enumerate(partitions) if matches(partition)]


def _partitions(numbers: Sequence[int], count: int) -> str:
    """Name some of a topic's partitions, with the verb: ``Partitions 0–2, 5 of 8 are``."""
    if len(numbers) == 1:
        return f"Partition {numbers[0]} of {count} is"
    return f"Partitions {', '.join(_ranges(numbers))} of {count} are"


def _ranges(numbers: Iterable[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ["–".join(map(str, run)) for run in runs]
