"""Verdicts as the page and the API read them."""

import time

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from clusters.access import within
from clusters.models import Cluster
from lag.models import WatchedGroup
from lag.reports.group_report import GroupReport, PartitionReport, report
from lag.types import Status

COLUMNS = ("status", "name", "since", "bad", "total_lag", "max_lag", "time_lag")


def groups_in_sight(request: HttpRequest, cluster: Cluster) -> QuerySet[WatchedGroup]:
    """Return the evaluated groups that the person's grants cover, without what only evaluating needs."""
    rows = within(request, cluster, "lag.view", WatchedGroup.objects.filter(cluster=cluster))
    return rows.defer("windows", "verdict")


def filtered(rows: QuerySet[WatchedGroup], q: str, status: Status | None) -> QuerySet[WatchedGroup]:
    if status is not None:
        rows = rows.filter(status=status)
    return rows.filter(name__icontains=q) if q else rows


def evidence_of(cluster: Cluster, group: str, topic: str, partition: int) -> tuple[GroupReport, PartitionReport]:
    """Evaluate a group now; return its report, and that of one partition.

    Raises:
        Http404: no window is kept for it.
    """
    group_report = report(cluster, group, time.time_ns() // 1_000_000)
    partition_report = group_report.by_partition.get((topic, partition))
    if partition_report is None:
        raise Http404(f"There is no evaluation window for {topic}-{partition} of group {group}.")
    return group_report, partition_report
