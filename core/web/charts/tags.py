"""Template tags of the one template of charts; built into every template."""

import json

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from core.web.charts.axes import DAY, Tick, moment, ticks
from core.web.charts.drawing import Chart
from core.web.charts.units import written

register = template.Library()
register.filter("measure", written)
ROWS = 12


@register.filter
def chart_json(chart: Chart) -> str:
    """Return what the pointer over a chart shows: times and their span, the unit, and each line's values."""
    data = {
        "times": chart.times, "span": chart.span, "unit": chart.frame.unit,
        "lines": [line.values for line in chart.lines],
    }  # fmt: skip
    return json.dumps(data, separators=(",", ":"))


@register.filter
def chart_rows(chart: Chart) -> SafeString:
    """Write a chart's table: times, newest first, with a value per line.

    It is written here, from numbers alone: a page of many brokers has thousands of cells, which a template would
    resolve one by one.
    """
    step, unit, zone = max(1, len(chart.times) // ROWS), chart.frame.unit, timezone.get_current_timezone()
    made = []
    for number in range(len(chart.times) - 1, -1, -step):
        at = f"{moment(chart.times[number], zone):%Y-%m-%d %H:%M:%S}"
        cells = "".join(f'<td class="num">{written(line.values[number], unit)}</td>' for line in chart.lines)
        made.append(f'<tr><th scope="row">{at}</th>{cells}</tr>')
    return mark_safe("".join(made))  # noqa: S308


@register.filter
def chart_ticks(chart: Chart) -> tuple[Tick, ...]:
    """Return the round times under a chart in the viewer's time zone."""
    return ticks(chart.span, timezone.get_current_timezone())


@register.filter
def has_days(chart: Chart) -> bool:
    """Tell whether the axis is of days rather than of hours."""
    return chart.span[1] - chart.span[0] > DAY
