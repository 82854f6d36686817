"""What deleting a topic's records before some offsets would do. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clusters.gateway.offsets import NO_RECORD
from clusters.topics import commands
from core.plan import Plan, Step
from core.web.formats import first_names, plural

ACTION = "messages.delete"
NAMED = 10  # groups named in a warning


@dataclass(frozen=True)
class Log:
    """A partition's low and high offsets, and the offset before which its records go; None where unknown.

    ``before`` is ``NO_RECORD`` where all records are older than the time that was asked for.
    """

    low: int | None
    high: int | None
    before: int | None

    @property
    def start(self) -> int | None:
        """Its new log start offset, within the log."""
        if self.low is None or self.high is None or self.before is None:
            return None
        return self.high if self.before == NO_RECORD else max(self.low, min(self.before, self.high))


@dataclass(frozen=True)
class TopicFacts:
    """What tells how much a deletion loses, and whether Kafka takes it.

    ``lags`` are those of the groups that the person may see and that have not consumed everything, None where unknown.
    """

    cleanup_policy: str = ""
    internal: bool = False
    at_most: bool = True
    lags: Mapping[str, int | None] = field(default_factory=dict)
    hidden_groups: int = 0


@dataclass(frozen=True)
class Deletion:
    """A planned deletion: the new log start offset of each partition that it touches, and how many offsets go."""

    plan: Plan
    starts: Mapping[int, int]
    lost: int


def delete_records(topic: str, logs: Mapping[int, Log], facts: TopicFacts) -> Deletion:
    """Plan deleting the records before an offset of each partition. Partitions without such records are left out."""
    starts = {
        partition: log.start
        for partition, log in sorted(logs.items())
        if log.start is not None and log.start != log.low
    }
    lost = sum(start - (logs[partition].low or 0) for partition, start in starts.items())
    steps = [
        Step(f"{topic}-{partition}: log start offset", str(logs[partition].low), str(start))
        for partition, start in starts.items()
    ]
    warnings = [*losses(lost, len(starts), facts), *refusals(facts), *untouched(topic, logs)] if steps else []
    tools = commands.delete_records(topic, starts)
    plan = Plan(ACTION, topic, tuple(steps), tuple(warnings), destructive=bool(steps), commands=tools)
    return Deletion(plan, starts, lost)


def losses(lost: int, partitions: int, facts: TopicFacts) -> list[str]:
    """Warn about what can't be restored, and about the groups that have not consumed everything."""
    amount = f"{'At most ' if facts.at_most else ''}{plural(lost, 'record')}"
    sentences = [f"{amount} of {plural(partitions, 'partition')} will be deleted and can't be restored."]
    if facts.lags or facts.hidden_groups:
        groups = [f"{group} ({'–' if lag is None else f'{lag:,}'})" for group, lag in facts.lags.items()]
        more = [f"{len(groups) - NAMED} more"] if len(groups) > NAMED else []
        hidden = [f"{facts.hidden_groups} hidden from you"] if facts.hidden_groups else []
        sentences.append(
            "Groups with lag in this topic may not have consumed these records: "
            f"{', '.join([*groups[:NAMED], *more, *hidden])}."
        )
    return sentences


def refusals(facts: TopicFacts) -> list[str]:
    """Warn about what makes Kafka refuse to delete any record of the topic."""
    sentences = []
    if facts.internal:
        sentences.append("This is an internal topic: Kafka refuses to delete its records.")
    if "compact" in facts.cleanup_policy and "delete" not in facts.cleanup_policy:
        sentences.append(
            f"Kafka refuses to delete records while cleanup.policy is {facts.cleanup_policy} (POLICY_VIOLATION): "
            "add delete to it, or write tombstones."
        )
    return sentences


def untouched(topic: str, logs: Mapping[int, Log]) -> list[str]:
    """Warn about offsets beyond the end, and about partitions whose offsets nobody told."""
    beyond = [number for number, log in logs.items() if log.high is not None and log.before and log.before > log.high]
    unknown = [number for number, log in logs.items() if log.start is None]
    sentences = []
    if beyond:
        sentences.append(f"Beyond the log end offset, so all their records are deleted: {names(topic, beyond)}.")
    if unknown:
        sentences.append(f"Unchanged, as their offsets can't be determined: {names(topic, unknown)}.")
    return sentences


def names(topic: str, partitions: Sequence[int]) -> str:
    """Return the names of the first partitions, and how many more there are."""
    return first_names([f"{topic}-{number}" for number in sorted(partitions)])
