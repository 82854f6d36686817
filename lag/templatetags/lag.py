"""Statuses, sparklines and times of the lag pages."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from django import template
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core.web.markup import markup
from core.web.time_zones import in_both_zones
from lag.collecting.rollup import Bucket
from lag.reports import history_charts
from lag.verdicts import wording

register = template.Library()


@register.filter
@cache
def verdict(status: int | str | None) -> SafeString:
    """Write a status as Burrow's word, with the colour and sign of how bad it is; a dash where unknown."""
    value = None if status is None or status == "" else int(status)
    return markup('<span class="status {}">{}</span>', wording.level(value), wording.name(value))


@register.simple_tag
def spark(buckets_by_group: Mapping[str, Sequence[Bucket]], group: str) -> SafeString:
    """Draw a group's last hour as small as a word."""
    chart = history_charts.spark(list(buckets_by_group.get(group, ())))
    if not chart.top:
        return SafeString("")
    lines = format_html_join("", '<polyline points="{}" fill="none"/>', ((line,) for line in chart.lines))
    return markup(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="Lag over the last hour, maximum {}">{}</svg>',
        chart.width,
        chart.height,
        f"{chart.top:,}",
        lines,
    )


@register.filter
def moment(milliseconds: int) -> SafeString:
    """Write a time in milliseconds as time of day in the viewer's zone, with the date on hover."""
    try:
        at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):  # beyond the calendar: a commit may have any time
        return markup("<time>{}</time>", time.strftime("%Y-%m-%d UTC", time.gmtime(milliseconds / 1000)))
    clock = f"{timezone.localtime(at):%H:%M:%S}"
    return markup('<time datetime="{}" title="{}">{}</time>', at.isoformat(), in_both_zones(at), clock)
