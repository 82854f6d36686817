"""From windows to the rows that are stored: the verdict on every group of a shard."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lag.evaluator import evaluate_group
from lag.storage import GroupStore
from lag.types import EvaluatorSettings, GroupStatus, PartitionStatus, Status

Verdict = dict[str, list[list[Any]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a tick says of a group. ``verdict`` has for each partition: status, lag, last offset, complete."""

    status: Status
    complete: float
    total_lag: int
    max_lag: int
    partitions: int
    bad: int
    last_commit_ms: int
    verdict: Verdict


def judge_all(
    store: GroupStore, cluster: str, settings: Callable[[str], EvaluatorSettings], now_ms: int
) -> Mapping[str, Judged]:
    """Judge every group; expired ones are forgotten on the way."""
    found = {}
    for name in store.names():
        status = evaluate_group(cluster, name, store.read(name, now_ms), settings(name), now_ms)
        if status.status is not Status.NOTFOUND:
            found[name] = judged(status, store.last_commit_ms(name))
    return found


def judged(status: GroupStatus, last_commit_ms: int) -> Judged:
    """Return a group's verdict in the form that is stored."""
    verdict: Verdict = {}
    for partition in status.partitions:
        verdict.setdefault(partition.topic, []).append(_row(partition))
    return Judged(
        status.status,
        status.complete,
        status.totallag,
        status.maxlag.current_lag if status.maxlag else 0,
        status.partition_count,
        sum(partition.status > Status.OK for partition in status.partitions),
        last_commit_ms,
        verdict,
    )


def _row(partition: PartitionStatus) -> list[Any]:
    end = partition.end.offset if partition.end else None
    return [int(partition.status), partition.current_lag, end, partition.complete, None]
