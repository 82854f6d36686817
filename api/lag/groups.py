"""Lag: the status of all groups, and the explanation of one of them."""

import time
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, on_cluster
from api.kit.paging import paged
from api.kit.problems import Refused
from api.kit.types import Listing, Page, SortBy
from clusters.access import topics_in_sight
from lag.models import WatchedGroup
from lag.queries import COLUMNS, filtered, groups_in_sight
from lag.reports.group_report import PartitionReport, report
from lag.types import Status

router = Router(tags=["Lag"])
LAG = "/lag"


class LagRow(Schema):
    """A group's status as of the last round, by Burrow's rules. null is unknown."""

    name: str
    status: str
    since: datetime
    complete: float = Field(description="How complete its windows are, from 0 to 1.")
    partitions: int
    bad: int = Field(description="Failing partitions: not OK.")
    total_lag: int
    max_lag: int
    time_lag: float | None = Field(description="Time lag in seconds.")
    time_lag_at_least: bool
    lost: int = Field(description="Records deleted by retention before being consumed.")

    @staticmethod
    def resolve_status(row: WatchedGroup) -> str:
        return Status(row.status).name


class LagParams(Listing):
    """Query parameters of the list of statuses."""

    sort: Annotated[str, SortBy(COLUMNS)] = "-status"
    status: Literal["", "OK", "WARN", "ERR"] = ""


class PartitionLag(Schema):
    """A partition's status, and the sentence of the deciding rule."""

    topic: str
    partition: int
    status: str
    lag: int
    complete: float
    reason: str
    time_lag: float | None = Field(description="Time lag in seconds.")


class RemarkOut(Schema):
    """An observation about a topic that a group consumes."""

    kind: str
    subject: str
    sentence: str


class LagOut(Schema):
    """A group's current status, from the windows of the last round."""

    group: str
    status: str
    since: datetime | None
    sentence: str
    sampled: bool = Field(
        description="Evaluated from polled offsets, since `__consumer_offsets` can't be read: STALL can't be "
        "told from STOP, and commits between two polls count as one."
    )
    complete: float
    total_lag: int
    advice: str = Field(description="What to do about the worst status.")
    partitions: list[PartitionLag]
    remarks: list[RemarkOut] = Field(description="Other observations; they never change a status.")


@router.get(LAG, response=Page[LagRow], auth=on_cluster("lag.view"))
def list_lag(request: ApiRequest, params: Query[LagParams]) -> dict[str, Any]:
    """List all evaluated groups, worst first."""
    rows = groups_in_sight(request, request.cluster)
    return paged(filtered(rows, params.q, Status.__members__.get(params.status)), params, params.sort)


@router.get(f"{LAG}/{{name:group}}", response=LagOut, auth=on_cluster("lag.view"))
def show_lag(request: ApiRequest, group: str) -> dict[str, Any]:
    """Evaluate one group now, and explain the status of each partition."""
    group_report = report(request.cluster, group, time.time_ns() // 1_000_000)
    if not group_report.known:
        raise Refused(404, f"No commits of group {group} are known.", "It may not have committed recently.")

    group_report = group_report.in_sight(topics_in_sight(request, request.cluster))
    return {
        "group": group,
        "status": group_report.status.status.name,
        "since": group_report.since,
        "sentence": group_report.sentence,
        "sampled": group_report.sampled,
        "complete": group_report.status.complete,
        "total_lag": group_report.status.totallag,
        "advice": group_report.advice,
        "partitions": [partition_out(partition_report) for partition_report in group_report.partitions],
        "remarks": list(group_report.remarks),
    }


def partition_out(partition_report: PartitionReport) -> dict[str, Any]:
    return {
        "topic": partition_report.status.topic,
        "partition": partition_report.status.partition,
        "status": partition_report.status.status.name,
        "lag": partition_report.status.current_lag,
        "complete": partition_report.status.complete,
        "reason": partition_report.reason,
        "time_lag": partition_report.time_lag.seconds if partition_report.time_lag else None,
    }
