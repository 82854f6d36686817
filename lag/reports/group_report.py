"""A group's verdict with everything a page says about it, from what the last tick stored."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from clusters.models import Cluster, Topic
from core.database.prepared import Parameter, Prepared
from lag.models import LagSettings, Shard, Source, WatchedGroup
from lag.reports.stored_state import GroupState, state_of
from lag.settings import EvaluatorSettingsByGroup, settings_of
from lag.types import EvaluatorSettings, GroupStatus, Partition, PartitionStatus, Status
from lag.verdicts import wording
from lag.verdicts.evaluator import evaluate_group
from lag.verdicts.evidence import RuleOutcome, explain
from lag.verdicts.observations import Remark, remarks
from lag.verdicts.retention import Horizon, horizon
from lag.verdicts.time_lag import CatchUp, TimeLag, catch_up, time_lag

SOON = 86_400.0  # seconds
WATCHED = Prepared(
    WatchedGroup.objects.filter(cluster=Parameter("cluster"), name=Parameter("name")).only("windows", "since", "status")
)
SHARDS = Prepared(Shard.objects.filter(cluster=Parameter("cluster")).order_by("number"))


@dataclass(frozen=True)
class PartitionReport:
    """A partition's verdict, and why; with its time lag, catch-up estimate and retention horizon."""

    status: PartitionStatus
    partition: Partition
    outcomes: tuple[RuleOutcome, ...]
    time_lag: TimeLag | None = None
    catch_up: CatchUp | None = None
    horizon: Horizon | None = None

    @property
    def name(self) -> str:
        return f"{self.status.topic}-{self.status.partition}"

    @property
    def reason(self) -> str:
        return self.outcomes[-1].sentence


@dataclass(frozen=True)
class GroupReport:
    """A group's verdict. ``since`` is when the stored status began.

    It is ``sampled`` where committed offsets are polled, because the offsets topic may not be read.
    """

    status: GroupStatus
    since: datetime | None
    partitions: tuple[PartitionReport, ...]
    sampled: bool
    remarks: tuple[Remark, ...] = ()

    @property
    def known(self) -> bool:
        return self.status.status is not Status.NOTFOUND

    @property
    def sentence(self) -> str:
        return wording.sentence(self.status)

    def in_sight(self, can_see_topic: Callable[[str], bool]) -> "GroupReport":
        """Leave out the topics that a person may not see, including the partition furthest behind."""
        status, maxlag = self.status, self.status.maxlag
        return replace(
            self,
            status=replace(status, maxlag=maxlag if maxlag and can_see_topic(maxlag.topic) else None),
            partitions=tuple(partition for partition in self.partitions if can_see_topic(partition.status.topic)),
            remarks=tuple(remark for remark in self.remarks if can_see_topic(remark.subject)),
        )

    @property
    def caveat(self) -> str:
        """What the verdict cannot tell; empty where the offsets topic is read."""
        return wording.SAMPLED if self.sampled else ""

    @property
    def bad(self) -> tuple[PartitionReport, ...]:
        """The partitions that are not OK, worst first."""
        partitions = [partition for partition in self.partitions if partition.status.status > Status.OK]
        return tuple(
            sorted(partitions, key=lambda partition: (-partition.status.status, -partition.status.current_lag))
        )

    @property
    def advice(self) -> str:
        return wording.advice(partition.status.status for partition in self.partitions)

    @property
    def furthest(self) -> PartitionReport | None:
        """The partition furthest behind in time; None where no time is known."""
        timed = [partition for partition in self.partitions if partition.time_lag]
        return max(timed, key=lambda partition: partition.time_lag.seconds if partition.time_lag else 0, default=None)

    @property
    def in_time(self) -> str:
        """How far behind in time it is, and whether it catches up; empty where it is not behind."""
        furthest = self.furthest
        if furthest is None or furthest.time_lag is None or not furthest.time_lag.seconds:
            return ""
        return f"Time lag: {furthest.time_lag.sentence} ({furthest.name}){catching_up(furthest.catch_up)}."

    @property
    def losses(self) -> tuple[PartitionReport, ...]:
        """The partitions whose records expired unread, or soon will."""
        return tuple(partition for partition in self.partitions if partition.horizon and is_close(partition.horizon))

    @property
    def by_partition(self) -> dict[tuple[str, int], PartitionReport]:
        return {(partition.status.topic, partition.status.partition): partition for partition in self.partitions}


def catching_up(estimate: CatchUp | None) -> str:
    if estimate is None:
        return ""
    return "; not catching up" if estimate.never else f"; {estimate.sentence}"


def is_close(expiry: Horizon) -> bool:
    """Tell whether records expired unread, or will within a day."""
    return bool(expiry.expired) or (expiry.seconds_left is not None and expiry.seconds_left < SOON)


def report(
    cluster: Cluster,
    group: str,
    now_ms: int,
    hosts: Collection[str] | None = None,
    collector: "CollectorReport | None" = None,
) -> GroupReport:
    """Evaluate a group now and say why; its windows are those of the last tick.

    Args:
        cluster: the group's.
        group: its name.
        now_ms: the present, in milliseconds since 1970.
        hosts: its members' hosts; None where unknown.
        collector: the state of the cluster's collectors, where that has been read already.
    """
    collector = collector or collector_report(cluster)
    settings = EvaluatorSettingsByGroup(cluster, collector.settings)(group)
    row = WATCHED.first(cluster=cluster.pk, name=group)
    state = state_of(cluster, row.windows, collector.settings, now_ms) if row else None
    status = evaluate_group(cluster.name, group, state.topics if state else None, settings, now_ms)
    return GroupReport(
        status,
        row.since if row and row.status == status.status else None,
        explained(cluster, status, state, settings, now_ms) if state else (),
        collector.asking,
        remarks(state.topics, hosts, now_ms) if state else (),
    )


def explained(
    cluster: Cluster, status: GroupStatus, state: GroupState, settings: EvaluatorSettings, now_ms: int
) -> tuple[PartitionReport, ...]:
    retention = retention_of(cluster, list(state.topics))
    return tuple(
        explained_partition(
            partition,
            state.topics[partition.topic][partition.partition],
            state,
            settings,
            retention.get(partition.topic),
            now_ms,
        )
        for partition in status.partitions
    )


def explained_partition(
    status: PartitionStatus,
    partition: Partition,
    state: GroupState,
    settings: EvaluatorSettings,
    retention_ms: int | None,
    now_ms: int,
) -> PartitionReport:
    """Explain one partition; what needs a commit, or an end offset with its time, is None without."""
    outcomes = explain(partition, settings, now_ms)
    timelines = state.timelines.get(status.topic, ())
    if not partition.commits or status.partition >= len(timelines):
        return PartitionReport(status, partition, outcomes)
    timeline, committed = timelines[status.partition], partition.commits[-1].offset
    starts = state.starts.get(status.topic, ())
    start = starts[status.partition] if status.partition < len(starts) else None
    return PartitionReport(
        status,
        partition,
        outcomes,
        time_lag(committed, timeline, now_ms),
        catch_up(partition.commits, timeline, now_ms),
        horizon(committed, start, timeline, retention_ms, now_ms),
    )


def retention_of(cluster: Cluster, topics: Collection[str]) -> dict[str, int | None]:
    """Return how long topics keep records, in milliseconds; None where age deletes nothing, or unknown."""
    rows = Topic.objects.filter(cluster=cluster, name__in=topics).values_list("name", "cleanup_policy", "retention_ms")
    return {name: milliseconds if "delete" in policy else None for name, policy, milliseconds in rows}


def topic_verdicts(cluster: Cluster, topic: str, groups: Collection[str]) -> dict[str, tuple[int, float | None]]:
    """Return each group's worst status on a topic and its seconds behind there, as of the last tick."""
    rows = WatchedGroup.objects.filter(cluster=cluster, name__in=list(groups)).values_list("name", "verdict")
    return {name: worst_of(verdict[topic]) for name, verdict in rows if verdict.get(topic)}


def worst_of(rows: Sequence[Sequence[Any]]) -> tuple[int, float | None]:
    """Return the worst status of some partitions, and the most seconds behind, None where unknown."""
    return max(row[0] for row in rows), max((row[4] for row in rows if row[4] is not None), default=None)


@dataclass(frozen=True)
class CollectorReport:
    """The state of a cluster's collectors, as of ``now``."""

    shards: Sequence[Shard]
    settings: LagSettings
    now: datetime

    @property
    def ticked_at(self) -> datetime | None:
        """The end of the oldest of the shards' last rounds; None until every shard had one."""
        moments = [shard.ticked_at for shard in self.shards]
        ended = [moment for moment in moments if moment]
        return min(ended) if ended and len(ended) == len(moments) else None

    @property
    def overdue_since(self) -> datetime | None:
        """The end of the oldest last round of a shard whose next one is overdue; None where all go on."""
        overdue = [shard for shard in self.shards if shard.is_overdue(self.now)]
        return min((shard.ticked_at for shard in overdue if shard.ticked_at), default=None)

    @property
    def hangs(self) -> bool:
        """Whether a round is overdue that did not say why."""
        return any(shard.is_overdue(self.now) and not shard.error for shard in self.shards)

    @property
    def unread(self) -> int:
        """Records of the offsets topic still to be read."""
        return sum(shard.unread for shard in self.shards)

    @property
    def sources(self) -> Sequence[Source]:
        """The position in each partition of the offsets topic; empty where it is not read."""
        if self.asking:
            return ()
        return list(Source.objects.filter(cluster=self.settings.cluster_id).order_by("partition"))

    @property
    def asking(self) -> bool:
        """Whether committed offsets are polled, because the offsets topic may not be read."""
        return any(shard.mode == Shard.POLLING for shard in self.shards)

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """The errors of the last rounds, with what to do."""
        return tuple(dict.fromkeys((shard.error, shard.advice) for shard in self.shards if shard.error))


def collector_report(cluster: Cluster) -> CollectorReport:
    return CollectorReport(SHARDS.rows(cluster=cluster.pk), settings_of(cluster), timezone.now())
