"""Verdicts for any template that shows groups."""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clusters.access import sees
from clusters.gateway.groups import GroupDetail
from clusters.models import Cluster
from core.web.formats import duration
from lag.collecting import history
from lag.collecting.rollup import HOUR_MS, MINUTE_MS, Bucket
from lag.reports import history_charts
from lag.reports.group_report import GroupReport, PartitionReport, report, topic_verdicts
from lag.verdicts import wording

register = template.Library()
RANGES = {"24 h": MINUTE_MS, "90 d": HOUR_MS}
SHOWN = 60  # rows of the table behind the charts


@register.filter
def verdict(status: int | str | None) -> SafeString:
    """Write a status as Burrow's word, with the colour and sign of how bad it is; a dash where unknown."""
    value = None if status is None or status == "" else int(status)
    return format_html('<span class="status {}">{}</span>', wording.level(value), wording.name(value))


@register.simple_tag
def behind(seconds: float | str | None, at_least: bool) -> str:
    """Write how long behind: ``> 2 h`` where it may be more; a dash where unknown, which a template may pass as ""."""
    if seconds is None or isinstance(seconds, str):
        return "–"
    return f"> {duration(seconds)}" if at_least else duration(seconds)


@register.simple_tag(takes_context=True)
def lag_report(context: Mapping[str, Any], cluster: Cluster, group: str, detail: GroupDetail | None) -> GroupReport:
    """Return a group's verdict with its evidence, for the topics that the person may see."""
    hosts = {member.host for member in detail.members} if detail else None
    group_report = report(cluster, group, time.time_ns() // 1_000_000, hosts)
    return group_report.in_sight(partial(sees, context["request"], cluster, "topics.view"))


@register.simple_tag
def partition_report(group_report: GroupReport | None, topic: str, partition: int) -> PartitionReport | None:
    return group_report.by_partition.get((topic, partition)) if group_report else None


register.simple_tag(topic_verdicts)


@register.simple_tag
def names_of(rows: Sequence[Any]) -> list[str]:
    return [row.group for row in rows]


@register.simple_tag
def of_group(by_group: Mapping[str, Any], group: str) -> Any:
    return by_group.get(group)


@register.inclusion_tag("lag/history.html")
def lag_history(cluster: Cluster, group: str, range_name: str) -> dict[str, Any]:
    chosen = range_name if range_name in RANGES else next(iter(RANGES))
    charts = history_charts.past(history.past(cluster, group, RANGES[chosen], time.time_ns() // 1_000_000))
    return {
        "past": charts,
        "pictures": [(charts.lag, "Lag", "records"), (charts.seconds, "Behind by", "s")],
        "latest": list(reversed(charts.buckets))[:SHOWN],
        "range": chosen,
        "ranges": list(RANGES),
    }


@register.simple_tag
def spark(buckets_by_group: Mapping[str, Sequence[Bucket]], group: str) -> SafeString:
    """Draw a group's last hour as small as a word."""
    chart = history_charts.spark(list(buckets_by_group.get(group, ())))
    if not chart.top:
        return SafeString("")
    lines = format_html_join("", '<polyline points="{}" fill="none"/>', ((line,) for line in chart.lines))
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="Lag of the last hour, up to {}">{}</svg>',
        chart.width,
        chart.height,
        f"{chart.top:,}",
        lines,
    )


@register.filter
def moment(milliseconds: int) -> SafeString:
    """Write a time in milliseconds as time of day, with the date on hover."""
    at = time.gmtime(milliseconds / 1000)
    day, clock = time.strftime("%Y-%m-%d %H:%M:%S UTC", at), time.strftime("%H:%M:%S", at)
    return format_html('<time title="{}">{}</time>', day, clock)
