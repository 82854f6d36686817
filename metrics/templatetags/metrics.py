"""Charts and measurements in words."""

import json
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from metrics.catalogue.signals import Signal
from metrics.charts import axes, drawing
from metrics.charts.drawing import Chart, Line
from metrics.charts.time_range import Range

register = template.Library()
ROWS = 12


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
    step, unit, zone = max(1, len(chart.times) // ROWS), chart.plot.unit, timezone.get_current_timezone()
    made = []
    for number in range(len(chart.times) - 1, -1, -step):
        at = f"{datetime.fromtimestamp(chart.times[number], zone):%Y-%m-%d %H:%M:%S}"
        cells = "".join(f'<td class="num">{drawing.written(line.values[number], unit)}</td>' for line in chart.lines)
        made.append(f'<tr><th scope="row">{at}</th>{cells}</tr>')
    return mark_safe("".join(made))  # noqa: S308


@register.filter
def quarters(chart: Chart) -> tuple[str, ...]:
    """Return the moments under a chart in the viewer's time zone."""
    return axes.quarters(chart.times, timezone.get_current_timezone())


@register.filter
def local_input(seconds: int) -> str:
    """Return a moment as a browser's field for date and time has it, in the viewer's time zone."""
    return f"{datetime.fromtimestamp(seconds, timezone.get_current_timezone()):%Y-%m-%dT%H:%M}"


@register.filter
def last(line: Line) -> float | None:
    return next((value for value in reversed(line.values) if value is not None), None)


@register.filter
def is_named(chosen: Range, name: str) -> bool:
    return chosen.name == name
