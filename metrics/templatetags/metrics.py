"""Charts and measurements in words."""

from datetime import datetime

from django import template
from django.utils import timezone

from core.web.charts.units import written
from metrics.catalogue.signals import Signal
from metrics.charts.time_range import Range

register = template.Library()


@register.filter
def measure_signal(value: float, signal: Signal) -> str:
    unit = {"msg_per_s": "per_s", "s_per_s": "ratio"}.get(signal.unit, signal.unit)
    return written(value, "per_s" if signal.counter and unit == "count" else unit)


@register.filter
def local_input(seconds: int) -> str:
    """Return a moment as a browser's field for date and time has it, in the viewer's time zone."""
    return f"{datetime.fromtimestamp(seconds, timezone.get_current_timezone()):%Y-%m-%dT%H:%M}"


@register.filter
def is_named(chosen: Range, name: str) -> bool:
    return chosen.name == name
