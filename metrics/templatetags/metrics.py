"""Charts and findings for any template that shows them."""

import json
import time
from collections.abc import Sequence
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import RequestContext
from django.utils.safestring import SafeString, mark_safe

from clusters.access import sees
from clusters.inventory.summary import Summary
from clusters.models import Cluster
from metrics.catalogue.signals import Signal
from metrics.charts import drawing
from metrics.charts.drawing import Chart, Line
from metrics.charts.series import present
from metrics.charts.time_range import Range
from metrics.findings.visibility import Wrong, opened, ordered, seen, wrong_in
from metrics.sources.settings import settings_of

register = template.Library()
SHOWN = 10
ROWS = 12


@register.inclusion_tag("metrics/worst.html", takes_context=True)
def worst_findings(context: RequestContext, cluster: Cluster) -> dict[str, Any]:
    """Show the worst of what is wrong."""
    request: HttpRequest = context["request"]
    findings = seen(request, cluster, opened(request, cluster)[: 10 * SHOWN])
    return {"request": request, "findings": findings[:SHOWN], "more": max(0, len(findings) - SHOWN)}


@register.simple_tag(takes_context=True)
def finding_counts(context: RequestContext, cluster: Cluster) -> Wrong | None:
    """Count the open findings by severity, without silenced ones; None where nothing is beyond information."""
    return wrong_in(context["request"], [cluster]).get(cluster.pk)


@register.simple_tag(takes_context=True)
def worst_first(context: RequestContext, summaries: Sequence[Summary]) -> list[tuple[Summary, Wrong | None]]:
    """Put clusters with critical findings first, then those with warnings; each with its counts."""
    return ordered(context["request"], summaries)


@register.inclusion_tag("metrics/at_a_glance.html", takes_context=True)
def charts_at_a_glance(context: RequestContext, cluster: Cluster) -> dict[str, Any]:
    """Show a cluster's main charts, where it has a source of metrics and the person may see them."""
    request: HttpRequest = context["request"]
    return {
        "cluster": cluster,
        "has_source": sees(request, cluster, "metrics.view", "") and bool(settings_of(cluster).source),
        "may_configure": sees(request, cluster, "metrics.configure", ""),
    }


@register.inclusion_tag("metrics/broker.html", takes_context=True)
def broker_readings(context: RequestContext, cluster: Cluster, broker: int) -> dict[str, Any]:
    request: HttpRequest = context["request"]
    rows = opened(request, cluster).filter(subject=f"broker {broker}")
    return {
        "request": request,
        "findings": seen(request, cluster, rows),
        "readings": present(cluster, str(broker)),
        "has_source": bool(settings_of(cluster).source),
    }


@register.filter
def measure(value: float | None, unit: str) -> str:
    return drawing.written(value, unit)


@register.filter
def measure_signal(value: float, signal: Signal) -> str:
    unit = {"msg_per_s": "per_s", "s_per_s": "ratio"}.get(signal.unit, signal.unit)
    return drawing.written(value, "per_s" if signal.counter and unit == "count" else unit)


@register.filter
def chart_json(chart: Chart) -> str:
    """Return what the pointer over a chart shows: times, the unit, and each line's values."""
    data = {"times": chart.times, "unit": chart.plot.unit, "lines": [line.values for line in chart.lines]}
    return json.dumps(data, separators=(",", ":"))


@register.filter
def rows(chart: Chart) -> SafeString:
    """Write a chart's table: times, newest first, with a value per line.

    It is written here, from numbers alone: a page of many brokers has thousands of cells, which a template would
    resolve one by one.
    """
    step, unit = max(1, len(chart.times) // ROWS), chart.plot.unit
    made = []
    for number in range(len(chart.times) - 1, -1, -step):
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(chart.times[number]))
        cells = "".join(f'<td class="num">{drawing.written(line.values[number], unit)}</td>' for line in chart.lines)
        made.append(f'<tr><th scope="row">{at}</th>{cells}</tr>')
    return mark_safe("".join(made))  # noqa: S308


@register.filter
def last(line: Line) -> float | None:
    return next((value for value in reversed(line.values) if value is not None), None)


@register.filter
def is_named(chosen: Range, name: str) -> bool:
    return chosen.name == name
