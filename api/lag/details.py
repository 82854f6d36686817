"""Lag in detail: the evidence for a partition's verdict, a group's history, and the state of the collectors."""

import time
from datetime import UTC, datetime
from typing import Any, Literal

from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, on_cluster
from lag.collecting import history
from lag.collecting.rollup import HOUR_MS, MINUTE_MS, Bucket
from lag.queries import evidence_of
from lag.reports.group_report import PartitionReport, collector_report
from lag.types import Commit

router = Router(tags=["Lag"])
GROUP = "/lag/{name:group}"
WIDTHS = {"minute": MINUTE_MS, "hour": HOUR_MS}


class HistoryParams(Schema):
    """The resolution of a group's history."""

    width: Literal["minute", "hour"] = Field(
        "minute", description="`minute`: the last day by minute. `hour`: the last 90 days by hour."
    )


class HistoryOut(Schema):
    """A minute or an hour of a group's history. null is unknown."""

    start: datetime | None
    status: str = Field(description="The worst status.")
    max_lag: int | None
    last_lag: int | None
    max_time_lag: float | None = Field(description="Maximum time lag in seconds.")


class CommitOut(Schema):
    """A commit of a window."""

    offset: int
    lag: int | None = Field(description="Lag at the commit; null where unknown.")
    committed_at: datetime | None
    observed_at: datetime | None
    order: int = Field(description="The offset of the commit record in `__consumer_offsets`.")


class RuleOut(Schema):
    """One of Burrow's rules and its result. The last evaluated rule matched, and decides."""

    number: int = Field(description="0 precedes the rules: there is nothing to evaluate yet.")
    name: str
    fired: bool
    sentence: str


class EvidenceOut(Schema):
    """Why a partition has its status, with its time lag, catch-up estimate and retention."""

    topic: str
    partition: int
    status: str
    lag: int
    complete: float
    owner: str
    client_id: str
    rules: list[RuleOut]
    intervals: int = Field(description="Capacity of the window in commits.")
    commits: list[CommitOut] = Field(description="Commits in the window, oldest first.")
    broker_offsets: list[int] = Field(description="Recent log end offsets, oldest first.")
    time_lag: float | None = Field(description="Time lag in seconds.")
    time_lag_at_least: bool
    catch_up: str = Field(description="Whether and when it catches up, as a sentence.")
    expired: int | None = Field(description="Records deleted by retention before being consumed.")
    seconds_left: float | None = Field(description="Seconds until the oldest unconsumed record reaches retention.")
    sampled: bool = Field(description="Committed offsets are polled, since `__consumer_offsets` can't be read.")


class CollectorProblemOut(Schema):
    """What went wrong in the last round, and what to do."""

    error: str
    advice: str


class ShardOut(Schema):
    """A collector: one worker reads a share of the partitions of `__consumer_offsets`."""

    number: int
    count: int
    owner: str = Field(description="The worker; empty if there is none.")
    ticked_at: datetime | None
    seconds: float = Field(description="Duration of the last round in seconds.")
    ends_as_of: datetime | None
    records: int = Field(description="Records read in total.")


class SourceOut(Schema):
    """How far a partition of `__consumer_offsets` has been read."""

    partition: int
    position: int = Field(description="The next offset to read.")
    end: int
    unread: int


class CollectorOut(Schema):
    """The state of a cluster's collectors."""

    enabled: bool
    ticked_at: datetime | None = Field(description="The end of the last round; null until all shards had one.")
    overdue_since: datetime | None = Field(
        description="No evaluation since then although one was due; null if up to date."
    )
    unread: int = Field(description="Records of `__consumer_offsets` not read yet.")
    asking: bool = Field(description="Committed offsets are polled, since `__consumer_offsets` can't be read.")
    problems: list[CollectorProblemOut]
    shards: list[ShardOut]
    sources: list[SourceOut]


def at(milliseconds: int) -> datetime | None:
    """Return milliseconds since 1970 as a moment; None where out of range, because clients choose the value."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def history_out(bucket: Bucket) -> HistoryOut:
    return HistoryOut(
        start=at(bucket.start), status=bucket.status.name, max_lag=bucket.max_lag, last_lag=bucket.last_lag,
        max_time_lag=bucket.max_time_lag_seconds,
    )  # fmt: skip


def commit_out(commit: Commit) -> CommitOut:
    return CommitOut(
        offset=commit.offset, lag=commit.lag, order=commit.order,
        committed_at=at(commit.timestamp_ms), observed_at=at(commit.observed_ms),
    )  # fmt: skip


def evidence_out(partition_report: PartitionReport, *, sampled: bool) -> dict[str, Any]:
    status, behind = partition_report.status, partition_report.time_lag
    return {
        "topic": status.topic, "partition": status.partition, "status": status.status.name,
        "lag": status.current_lag, "complete": status.complete, "owner": status.owner, "client_id": status.client_id,
        "rules": list(partition_report.outcomes),
        "intervals": partition_report.partition.intervals,
        "commits": [commit_out(commit) for commit in partition_report.partition.commits],
        "broker_offsets": list(partition_report.partition.broker_offsets),
        "time_lag": behind.seconds if behind else None,
        "time_lag_at_least": bool(behind and behind.at_least),
        "catch_up": partition_report.catch_up.sentence if partition_report.catch_up else "",
        "expired": partition_report.horizon.expired if partition_report.horizon else None,
        "seconds_left": partition_report.horizon.seconds_left if partition_report.horizon else None,
        "sampled": sampled,
    }  # fmt: skip


@router.get(f"{GROUP}/history", response=list[HistoryOut], auth=on_cluster("lag.view"))
def list_lag_history(request: ApiRequest, group: str, params: Query[HistoryParams]) -> list[HistoryOut]:
    """List a group's history: the minutes of a day, or the hours of ninety days, oldest first."""
    buckets = history.past(request.cluster, group, WIDTHS[params.width], time.time_ns() // 1_000_000)
    return [history_out(bucket) for bucket in buckets]


@router.get(f"{GROUP}/topics/{{name:topic}}/{{int:partition}}", response=EvidenceOut, auth=on_cluster("lag.view"))
def show_evidence(request: ApiRequest, group: str, topic: str, partition: int) -> dict[str, Any]:
    """Explain the status of a partition: the result of each rule, and the evaluation window."""
    group_report, partition_report = evidence_of(request.cluster, group, topic, partition)
    return evidence_out(partition_report, sampled=group_report.sampled)


@router.get("/lag-collector", response=CollectorOut, auth=on_cluster("lag.view"))
def show_collector(request: ApiRequest) -> dict[str, Any]:
    """Show the state of a cluster's lag collectors."""
    collectors = collector_report(request.cluster)
    problems = [{"error": error, "advice": advice} for error, advice in collectors.problems]
    names = ("ticked_at", "overdue_since", "unread", "asking", "shards", "sources")
    own = {name: getattr(collectors, name) for name in names}
    return {"enabled": collectors.settings.enabled, **own, "problems": problems}
