"""What can be said of a group besides its verdict. A remark never changes a status: that stays Burrow's."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.web.formats import duration
from lag.types import GroupTopics, Partition

LONG_MS = 3_600_000  # without a commit on a topic, while the group commits on others


class Kind(StrEnum):
    """What a remark is about."""

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

    ``hosts`` are those of its members as Kafka writes them, such as ``/10.0.0.1``; None where they are not known.
    """
    found: list[Remark] = []
    newest = {topic: _newest_ms(slots) for topic, slots in topics.items()}
    for topic, slots in topics.items():
        others = [moment for name, moment in newest.items() if name != topic]
        found += never_committed(topic, slots)
        found += no_longer_consumed(topic, slots, max(others, default=0), now_ms)
        found += one_left(topic, slots)
        found += owner_gone(topic, slots, hosts)
        found += beyond_end(topic, slots)
    return tuple(found)


def never_committed(topic: str, slots: Sequence[Partition]) -> Iterator[Remark]:
    """Some partitions have no commit: what is unread there counts as a lag of 0."""
    numbers = _those(slots, lambda slot: not slot.commits)
    if numbers:
        yield Remark(
            Kind.NEVER_COMMITTED,
            topic,
            f"{_partitions(numbers, len(slots))} without a commit, so what is unread there is not in the lag.",
        )


def no_longer_consumed(topic: str, slots: Sequence[Partition], others_ms: int, now_ms: int) -> Iterator[Remark]:
    """Records are unread, nothing was committed on the topic for long, and the group is alive elsewhere.

    ``others_ms`` is the time of the newest commit on the group's other topics.
    """
    newest_ms = _newest_ms(slots)
    unread = any(slot.current_lag for slot in slots)
    if newest_ms and unread and now_ms - newest_ms > LONG_MS >= now_ms - others_ms:
        age = duration((now_ms - newest_ms) / 1000)
        yield Remark(
            Kind.NOT_CONSUMED,
            topic,
            f"Nothing was committed on this topic for {age}, while the group commits on others: "
            "is it still meant to read it? If not, delete its offsets.",
        )


def one_left(topic: str, slots: Sequence[Partition]) -> Iterator[Remark]:
    """Exactly one record is unread and none was written lately."""
    numbers = _those(slots, lambda slot: slot.current_lag == 1 and _is_quiet(slot))
    if numbers:
        yield Remark(
            Kind.ONE_LEFT,
            topic,
            f"{_partitions(numbers, len(slots))} one behind on a quiet log. That is probably the marker of a "
            "transaction, or a client that commits the last record it read instead of the next.",
        )


def owner_gone(topic: str, slots: Sequence[Partition], hosts: Collection[str] | None) -> Iterator[Remark]:
    """A partition's last owner is not a member of the group."""
    if hosts is None:
        return
    numbers = _those(slots, lambda slot: bool(slot.owner) and slot.owner not in hosts)
    if numbers:
        reason = "their host is not among the members'" if hosts else "the group has no members"
        yield Remark(
            Kind.OWNER_GONE, topic, f"{_partitions(numbers, len(slots))} without the owner last assigned: {reason}."
        )


def beyond_end(topic: str, slots: Sequence[Partition]) -> Iterator[Remark]:
    """A committed offset is beyond the end of the log."""
    numbers = _those(slots, lambda slot: bool(slot.commits and _beyond(slot) > 0))
    if numbers:
        most = max(_beyond(slots[number]) for number in numbers)
        yield Remark(
            Kind.BEYOND_END,
            topic,
            f"{_partitions(numbers, len(slots))} committed beyond the log's end, by up to {most:,}: "
            "the topic was probably made anew or truncated, and what is written now may be skipped.",
        )


def _beyond(slot: Partition) -> int:
    return slot.commits[-1].offset - slot.broker_offsets[-1] if slot.broker_offsets else 0


def _is_quiet(slot: Partition) -> bool:
    return len(slot.broker_offsets) > 1 and len(set(slot.broker_offsets)) == 1


def _newest_ms(slots: Sequence[Partition]) -> int:
    return max((slot.commits[-1].timestamp_ms for slot in slots if slot.commits), default=0)


def _those(slots: Sequence[Partition], wanted: Callable[[Partition], bool]) -> list[int]:
    return [number for number, slot in enumerate(slots) if wanted(slot)]


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
