"""What the pages of clusters, topics and groups show of lag."""

import time
from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clusters.access import topics_in_sight
from clusters.gateway.groups.describing import GroupDetail
from clusters.groups.lag import Collector, GroupLag, GroupLine, PartitionLag
from clusters.models import Cluster
from core.web.formats import UNKNOWN, behind
from core.web.paths import reverse
from lag.collecting import history
from lag.collecting.rollup import HOUR_MS, KEPT_MS, MINUTE_MS
from lag.models import WatchedGroup
from lag.reports import group_report, history_charts
from lag.reports.group_report import GroupReport, PartitionReport, collector_report
from lag.templatetags.lag import spark, verdict
from lag.types import Status

RANGES = {"24 h": MINUTE_MS, "90 d": HOUR_MS}
SHOWN = 60  # rows of the table behind the charts


def status(request: HttpRequest, value: int | None) -> SafeString:
    return verdict(value)


def statuses(request: HttpRequest) -> dict[str, int]:
    """Return the statuses that a group may have, worst first, by Burrow's word."""
    return {status.name: int(status) for status in (Status.ERR, Status.WARN, Status.OK)}


def lag_by_group(request: HttpRequest, cluster: Cluster, groups: Collection[str]) -> dict[str, GroupLine]:
    """Return what a list of groups shows of their lag beside the inventory's numbers."""
    pasts = history.last_hour(cluster, groups, time.time_ns() // 1_000_000)
    rows = WatchedGroup.objects.filter(cluster=cluster, name__in=groups)
    return {
        name: GroupLine(since, failing, partitions, spark(pasts, name))
        for name, since, failing, partitions in rows.values_list("name", "since", "bad", "partitions")
    }


def collector(request: HttpRequest, cluster: Cluster) -> Collector:
    """Say when a cluster's groups were evaluated, what stands in the way, and how far each worker has read."""
    context = {"collector": collector_report(cluster)}
    return Collector(
        *(render_to_string(f"lag/{name}.html", context, request) for name in ("collector", "trouble", "collecting"))
    )


def topic_verdicts(
    request: HttpRequest, cluster: Cluster, topic: str, groups: Collection[str]
) -> dict[str, tuple[int, float | None]]:
    """Return each group's worst status on a topic, and its seconds behind there."""
    return group_report.topic_verdicts(cluster, topic, groups)


def group_lag(request: HttpRequest, cluster: Cluster, group: str, detail: GroupDetail | None) -> GroupLag:
    """Return a group's verdict with its evidence, for the topics that the person may see, and its history."""
    hosts = {member.host for member in detail.members} if detail else None
    collector = group_report.collector_report(cluster)
    report = group_report.report(cluster, group, time.time_ns() // 1_000_000, hosts, collector)
    report = report.in_sight(topics_in_sight(request, cluster))
    context = {"group": group, "report": report, "collector": collector}
    return GroupLag(
        render_to_string("lag/verdict.html", context, request),
        past(request, cluster, group) if report.known else SafeString(""),
        partition_lags(cluster, report),
    )


def partition_lags(cluster: Cluster, report: GroupReport) -> dict[tuple[str, int], PartitionLag]:
    return {
        (topic, partition): PartitionLag(
            linked_verdict(cluster, report.status.group, why),
            behind(why.time_lag.seconds, at_least=why.time_lag.at_least) if why.time_lag else UNKNOWN,
            why.time_lag.sentence if why.time_lag else "",
        )
        for (topic, partition), why in report.by_partition.items()
    }


def linked_verdict(cluster: Cluster, group: str, why: PartitionReport) -> SafeString:
    """Write a partition's status as a link to its evidence, with the reason on hover."""
    url = reverse("evidence", cluster.slug, group, why.status.topic, why.status.partition)
    link = '<a class="plain" href="{}" title="{}">{}</a>'
    return format_html(link, url, why.reason, verdict(why.status.status))


def past(request: HttpRequest, cluster: Cluster, group: str) -> SafeString:
    """Draw a group's lag over the range that the address names."""
    name = request.GET.get("range", "")
    chosen = name if name in RANGES else next(iter(RANGES))
    width, now_ms = RANGES[chosen], time.time_ns() // 1_000_000
    shown_ms = (now_ms - KEPT_MS[width], now_ms)
    charts = history_charts.past(history.past(cluster, group, width, now_ms), shown_ms)
    context: dict[str, Any] = {
        "past": charts,
        "charts": [charts.lag, charts.time_lag],
        "latest": list(reversed(charts.buckets))[:SHOWN],
        "range": chosen,
        "ranges": list(RANGES),
    }
    return render_to_string("lag/history.html", context, request)
