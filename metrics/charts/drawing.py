"""Series of metrics as charts, with the thresholds of the rules. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clusters.findings import CRITICAL, WARNING
from core.web.charts import drawing
from core.web.charts.drawing import Frame
from core.web.charts.units import written
from metrics.catalogue.plots import BROKER, Plot
from metrics.findings.rules import Rule

POINTS = 160
Points = Mapping[int, float]  # by time, in seconds since 1970


@dataclass(frozen=True)
class Chart:
    """A plot and its picture; ``missing`` names the signals that the exporter does not give."""

    plot: Plot
    picture: drawing.Chart
    missing: tuple[str, ...] = ()


def draw(
    plot: Plot,
    series: Mapping[str, Points],
    times: Sequence[int],
    missing: Sequence[str] = (),
    rules: Iterable[Rule] = (),
) -> Chart:
    """Draw a chart from lines of points by name, with the thresholds of rules; times without a point leave gaps."""
    names = list(series) if plot.stacked else sorted(series, key=_natural)
    prefix = "broker " if plot.lines == BROKER else ""
    values = {name: [series[name].get(at) for at in times] for name in names}
    is_idle = plot.unit == "ratio" and "idle" in plot.title
    picture = drawing.draw(
        Frame(plot.title, plot.unit, plot.help, plot.stacked, prefix),
        values,
        times,
        edge=1.0 if is_idle and largest(values) <= 1 else None,
        limits=lambda edge: limits(plot, rules, edge),
        missing=("The exporter's rules leave this out.",) if missing else (),
    )
    return Chart(plot, picture, tuple(missing))


def largest(values: Mapping[str, Sequence[float | None]]) -> float:
    return max((value for column in values.values() for value in column if value is not None), default=0.0)


def limits(plot: Plot, rules: Iterable[Rule], edge: float) -> Iterator[tuple[str, float, str]]:
    """Yield the thresholds on a chart of one signal that are within its height; 0 is its lower edge."""
    for rule in rules:
        if (rule.signal,) == plot.signals and not rule.over:
            for severity, value in ((WARNING, rule.warning), (CRITICAL, rule.critical)):
                if value is not None and 0 < value <= edge:
                    words = f"{severity} {'below' if rule.below else 'above'} {written(value, plot.unit)}"
                    yield severity, value, words


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (1 << 31, name)
