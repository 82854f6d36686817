"""Verdicts on partitions and groups, as Burrow's ``caching`` evaluator gives them. The clock is an argument."""

import struct
from collections.abc import Iterable
from functools import lru_cache

from lag.types import EvaluatorSettings, GroupStatus, GroupTopics, Partition, PartitionStatus, Status
from lag.verdicts.fast_rules import status_of
from lag.verdicts.rules import Facts, deciding_rule
from lag.windows.window import Commits

_OK = Status.OK  # up to Python 3.11, a member's name takes ten times as long, and partitions are many
_UINT64 = 2**64
_FLOAT32_DIGITS = 9  # enough to tell every 32-bit float from its neighbours


def evaluate_partition(
    topic: str, number: int, partition: Partition, settings: EvaluatorSettings, now_ms: int
) -> PartitionStatus:
    """Judge one partition. A window less complete than ``minimum_complete`` is OK whatever it shows."""
    intervals, commits, ends, current_lag, owner, client_id = partition
    filled = len(commits)
    complete = completeness(filled, intervals)
    status = _OK
    # Rule 1 first: most partitions end here, and their commits need not be unpacked.
    if filled and current_lag > settings.allowed_lag and is_judged(complete, settings):
        allowed, whole_ms = settings.allowed_lag, now_ms - now_ms % 1000
        if isinstance(commits, Commits):
            status = status_of(commits, ends, current_lag, allowed, whole_ms)
        else:
            status = deciding_rule(facts_of(partition, settings, now_ms)).status
    return PartitionStatus(topic, number, owner, client_id, status, commits, current_lag, complete)


def facts_of(partition: Partition, settings: EvaluatorSettings, now_ms: int) -> Facts:
    """Return what the rules need. The clock is truncated to whole seconds, as Burrow reads it."""
    commits = partition.commits
    return Facts(
        [commit.offset for commit in commits],
        commits[0].timestamp_ms,
        commits[-1].timestamp_ms,
        [commit.lag for commit in commits if commit.lag is not None],
        partition.broker_offsets,
        partition.current_lag,
        settings.allowed_lag,
        now_ms - now_ms % 1000,
    )


def completeness(filled: int, intervals: int) -> float:
    """Return how full the window is, rounded to 32 bits.

    A window without a commit counts as holding one (Burrow keeps one empty entry); without a window it is 0.
    """
    return ratio(filled or 1, intervals) if intervals else 0.0


def is_judged(complete: float, settings: EvaluatorSettings) -> bool:
    """Tell whether a window is full enough to be judged; both numbers are compared at 32 bits."""
    return _float32(complete) >= _float32(settings.minimum_complete)


def evaluate_group(
    cluster: str, group: str, topics: GroupTopics | None, settings: EvaluatorSettings, now_ms: int
) -> GroupStatus:
    """Judge a group from its partitions, and return all of them; ``topics`` is None for an unknown group."""
    if topics is None:
        return GroupStatus(cluster, group, Status.NOTFOUND, 1.0, (), 0, None, 0)
    partitions = tuple(
        evaluate_partition(topic, number, partition, settings, now_ms)
        for topic, members in topics.items()
        for number, partition in enumerate(members)
    )
    return GroupStatus(
        cluster,
        group,
        worst(partition.status for partition in partitions),
        ratio(sum(partition.complete == 1.0 for partition in partitions), len(partitions)),
        partitions,
        len(partitions),
        max(partitions, key=lambda partition: partition.current_lag, default=None),
        sum(partition.current_lag for partition in partitions) % _UINT64,
    )


def worst(statuses: Iterable[Status]) -> Status:
    """Return a group's status: OK, WARN if a partition is, ERR if any is STOP, STALL or REWIND."""
    return min(max(statuses, default=Status.OK), Status.ERR)


def only_bad(status: GroupStatus) -> GroupStatus:
    """Return the same verdict with only the partitions that are not OK, as ``/status`` shows it."""
    bad = tuple(partition for partition in status.partitions if partition.status > _OK)
    return GroupStatus(
        status.cluster,
        status.group,
        status.status,
        status.complete,
        bad,
        status.partition_count,
        status.maxlag,
        status.totallag,
    )


@lru_cache(maxsize=4096)
def ratio(part: int, whole: int) -> float:
    """Divide at 32 bits and return the shortest decimal of the result, such as 0.33333334; 0 of 0 is 0."""
    if not whole:
        return 0.0
    exact = _float32(part / whole)
    shorter = (float(f"{exact:.{digits}g}") for digits in range(1, _FLOAT32_DIGITS + 1))
    return next((number for number in shorter if _float32(number) == exact), exact)


@lru_cache(maxsize=4096)
def _float32(number: float) -> float:
    rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    return rounded
