"""A group's verdict with everything that a page says about it, from what the last tick stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clusters.models import Cluster
from lag import words
from lag.evaluator import evaluate_group
from lag.evidence import RuleOutcome, explain
from lag.models import LagSettings, Shard, WatchedGroup
from lag.stored import EvaluatorSettingsByGroup, read_group, settings_of
from lag.types import EvaluatorSettings, GroupStatus, GroupTopics, Partition, PartitionStatus, Status


@dataclass(frozen=True)
class PartitionReport:
    """A partition's verdict, and why."""

    status: PartitionStatus
    partition: Partition
    outcomes: tuple[RuleOutcome, ...]

    @property
    def reason(self) -> str:
        """The sentence of the rule that decided."""
        return self.outcomes[-1].sentence


@dataclass(frozen=True)
class GroupReport:
    """A group's verdict. ``since`` is when the stored status became what it is."""

    status: GroupStatus
    since: datetime | None
    partitions: tuple[PartitionReport, ...]
    sampled: bool

    @property
    def known(self) -> bool:
        """Whether there is a verdict."""
        return self.status.status is not Status.NOTFOUND

    @property
    def sentence(self) -> str:
        """How the group does, in a sentence."""
        return words.sentence(self.status)

    @property
    def bad(self) -> tuple[PartitionReport, ...]:
        """The partitions that are not OK, worst first."""
        found = [one for one in self.partitions if one.status.status > Status.OK]
        return tuple(sorted(found, key=lambda one: (-one.status.status, -one.status.current_lag)))

    @property
    def advice(self) -> str:
        """What to do about the worst of it."""
        return words.advice(one.status.status for one in self.partitions)

    @property
    def by_partition(self) -> dict[tuple[str, int], PartitionReport]:
        """The partitions' verdicts by topic and number."""
        return {(one.status.topic, one.status.partition): one for one in self.partitions}


def report(cluster: Cluster, group: str, now_ms: int) -> GroupReport:
    """Judge a group now and say why; its windows are those of the last tick."""
    settings = EvaluatorSettingsByGroup(cluster, settings_of(cluster))(group)
    topics = read_group(cluster, group, now_ms)
    status = evaluate_group(cluster.name, group, topics, settings, now_ms)
    row = WatchedGroup.objects.filter(cluster=cluster, name=group).only("since", "status").first()
    return GroupReport(
        status,
        row.since if row and row.status == status.status else None,
        explained(status, topics or {}, settings, now_ms),
        Shard.objects.filter(cluster=cluster, mode=Shard.ASKING).exists(),
    )


def explained(
    status: GroupStatus, topics: GroupTopics, settings: EvaluatorSettings, now_ms: int
) -> tuple[PartitionReport, ...]:
    """Explain every partition of a group."""
    return tuple(
        PartitionReport(
            one, topics[one.topic][one.partition], explain(topics[one.topic][one.partition], settings, now_ms)
        )
        for one in status.partitions
    )


@dataclass(frozen=True)
class CollectorReport:
    """How the collectors of a cluster do."""

    shards: Sequence[Shard]
    settings: LagSettings

    @property
    def ticked_at(self) -> datetime | None:
        """The end of the oldest of the shards' last rounds; None until all had one."""
        moments = [shard.ticked_at for shard in self.shards]
        known = [moment for moment in moments if moment]
        return min(known) if known and len(known) == len(moments) else None

    @property
    def unread(self) -> int:
        """Records of the offsets topic that are still to be read."""
        return sum(shard.unread for shard in self.shards)

    @property
    def asking(self) -> bool:
        """Whether committed offsets are asked for, because the offsets topic may not be read."""
        return any(shard.mode == Shard.ASKING for shard in self.shards)

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """What went wrong in the last rounds, with what to do."""
        return tuple(dict.fromkeys((shard.error, shard.advice) for shard in self.shards if shard.error))


def collector_report(cluster: Cluster) -> CollectorReport:
    """Return how a cluster's collectors do."""
    return CollectorReport(list(Shard.objects.filter(cluster=cluster)), settings_of(cluster))
