"""Verdicts for any template that shows groups."""

import time

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clusters.models import Cluster
from lag import words
from lag.reports import GroupReport, PartitionReport, report

register = template.Library()


@register.filter
def verdict(status: int | None) -> SafeString:
    """Write a status as Burrow's word, in the colour and with the sign of how bad it is."""
    return format_html('<span class="status {}">{}</span>', words.level(status), words.name(status))


@register.simple_tag
def lag_report(cluster: Cluster, group: str) -> GroupReport:
    """Return a group's verdict with its evidence."""
    return report(cluster, group, time.time_ns() // 1_000_000)


@register.simple_tag
def partition_report(found: GroupReport, topic: str, partition: int) -> PartitionReport | None:
    """Return the verdict on one partition; None where there is none."""
    return found.by_partition.get((topic, partition))


@register.filter
def moment(milliseconds: int) -> SafeString:
    """Write a time in milliseconds as time of day, with the date on hover."""
    at = time.gmtime(milliseconds / 1000)
    return format_html(
        '<time title="{}">{}</time>', time.strftime("%Y-%m-%d %H:%M:%S UTC", at), time.strftime("%H:%M:%S", at)
    )
