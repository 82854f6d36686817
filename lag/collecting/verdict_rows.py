"""From windows to stored rows: the verdict on every group of a shard."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lag.collecting.end_offsets import Ends
from lag.types import EvaluatorSettings, GroupStatus, PartitionStatus, Status
from lag.verdicts.evaluator import evaluate_group
from lag.verdicts.time_lag import TimeLag
from lag.windows.group_store import GroupStore

Verdict = dict[str, list[list[Any]]]


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """A tick's verdict on a group. ``verdict`` has per partition: status, lag, last offset, complete, seconds."""

    status: Status
    complete: float
    total_lag: int
    max_lag: int
    partitions: int
    bad: int
    last_commit_ms: int
    verdict: Verdict
    time_lag: float | None = None
    time_lag_at_least: bool = False
    lost: int = 0

    @property
    def is_steady(self) -> bool:
        """Whether time alone does not change the verdict: nothing is unread, so that it is OK at any time."""
        return not self.total_lag and not self.time_lag and self.status is Status.OK


NOTHING: Mapping[str, GroupVerdict] = {}


def judge_all(
    store: GroupStore,
    cluster: str,
    settings: Callable[[str], EvaluatorSettings],
    ends: Ends,
    now_ms: int,
    former: Mapping[str, GroupVerdict] = NOTHING,
) -> Mapping[str, GroupVerdict]:
    """Judge every group; expired ones are forgotten on the way.

    ``former`` are the verdicts of the last time, since when ``store.changed`` and ``ends.changed`` tell what changed.
    """
    verdicts = {}
    for name in store.names():
        before = former.get(name)
        if before and before.is_steady and not has_changed(name, store, ends) and not store.has_expired(name, now_ms):
            verdicts[name] = before
            continue
        status = evaluate_group(cluster, name, store.read(name, now_ms), settings(name), now_ms)
        if status.status is not Status.NOTFOUND:
            verdicts[name] = verdict_of(status, store.last_commit_ms(name), ends, now_ms)
    return verdicts


def has_changed(name: str, store: GroupStore, ends: Ends) -> bool:
    """Tell whether a group's windows, or the ends of a topic that it reads, changed since they were last saved."""
    return name in store.changed or not ends.changed.isdisjoint(store.topics_of(name))


def verdict_of(status: GroupStatus, last_commit_ms: int, ends: Ends, now_ms: int) -> GroupVerdict:
    verdict: Verdict = {}
    worst, lost = None, 0
    for partition in status.partitions:
        offset = partition.commits[-1].offset if partition.commits else None
        behind = None
        if offset is not None:
            behind = ends.behind(partition.topic, partition.partition, offset, now_ms)
            lost += ends.lost(partition.topic, partition.partition, offset)
        if behind and (worst is None or behind.seconds > worst.seconds):
            worst = behind
        verdict.setdefault(partition.topic, []).append(_row(partition, offset, behind))
    return GroupVerdict(
        status.status,
        status.complete,
        status.totallag,
        status.maxlag.current_lag if status.maxlag else 0,
        status.partition_count,
        sum(partition.status > Status.OK for partition in status.partitions),
        last_commit_ms,
        verdict,
        worst.seconds if worst else None,
        worst.at_least if worst else False,
        lost,
    )


def _row(partition: PartitionStatus, offset: int | None, behind: TimeLag | None) -> list[Any]:
    return [
        int(partition.status),
        partition.current_lag,
        offset,
        partition.complete,
        round(behind.seconds, 1) if behind else None,
    ]
