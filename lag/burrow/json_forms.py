"""Burrow's JSON forms of commits, partitions and groups. Names that are not UTF-8 come out as in Go."""

from typing import Any

from lag.records.wire import printable
from lag.types import Commit, GroupStatus, GroupTopics, Partition, PartitionStatus

Json = dict[str, Any]


def commit_form(commit: Commit | None) -> Json | None:
    if commit is None:
        return None
    offset, _, timestamp_ms, observed_ms, lag = commit
    return {"offset": offset, "timestamp": timestamp_ms, "observedAt": observed_ms, "lag": lag}


def number_form(number: float) -> int | float:
    """Return 1 for 1.0, as Go prints it."""
    return int(number) if number.is_integer() else number


def partition_status_form(status: PartitionStatus) -> Json:
    return {
        "topic": printable(status.topic),
        "partition": status.partition,
        "owner": printable(status.owner),
        "client_id": printable(status.client_id),
        "status": status.status.name,
        "start": commit_form(status.start),
        "end": commit_form(status.end),
        "current_lag": status.current_lag,
        "complete": number_form(status.complete),
    }


def group_status_form(status: GroupStatus) -> Json:
    """Return a group's verdict: the ``status`` object of ``/status`` and ``/lag``."""
    return {
        "cluster": printable(status.cluster),
        "group": printable(status.group),
        "status": status.status.name,
        "complete": number_form(status.complete),
        "partitions": [partition_status_form(partition) for partition in status.partitions],
        "partition_count": status.partition_count,
        "maxlag": partition_status_form(status.maxlag) if status.maxlag else None,
        "totallag": status.totallag,
    }


def consumer_topics_form(topics: GroupTopics) -> Json:
    """Return the ``topics`` object of a consumer's detail page: every slot of every window."""
    return {
        printable(topic): [_partition_form(partition) for partition in partitions]
        for topic, partitions in topics.items()
    }


def _partition_form(partition: Partition) -> Json:
    empty: list[Json | None] = [None] * (partition.intervals - len(partition.commits))
    return {
        "offsets": [*empty, *(commit_form(commit) for commit in partition.commits)],
        "owner": printable(partition.owner),
        "client_id": printable(partition.client_id),
        "current-lag": partition.current_lag,
    }
