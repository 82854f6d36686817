"""How series become pictures. Pure: numbers in, coordinates out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clusters.findings import CRITICAL, WARNING
from core.web.formats import UNKNOWN, size
from core.web.pictures import polylines
from metrics.catalogue.plots import Plot
from metrics.charts.axes import ceiling
from metrics.findings.rules import Rule

WIDTH, HEIGHT = 640, 150
COLOURS = 12
POINTS = 160
Points = Mapping[int, float]  # by time, in seconds since 1970


@dataclass(frozen=True)
class Line:
    """One line of a chart: its name, its values at the chart's times, and its stretches as SVG points."""

    name: str
    values: tuple[float | None, ...]
    stretches: tuple[str, ...]
    colour: int


@dataclass(frozen=True)
class Threshold:
    """Where a rule begins to apply: its severity, its height in the picture, and the value in words."""

    severity: str
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """A chart ready to be drawn.

    ``top`` is the largest value in words, ``scale`` are the values at the half and at the upper edge. ``missing`` names
    the signals that the exporter does not give.
    """

    plot: Plot
    times: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    top: str = ""
    missing: tuple[str, ...] = ()
    scale: tuple[str, str] = ("", "")
    thresholds: tuple[Threshold, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT


def draw(
    plot: Plot,
    series: Mapping[str, Points],
    times: Sequence[int],
    missing: Sequence[str] = (),
    rules: Iterable[Rule] = (),
) -> Chart:
    """Draw a chart from lines of points by name, with the thresholds of rules; times without a point leave gaps."""
    names = sorted(series, key=_natural) if not plot.stacked else list(series)
    values: dict[str, list[float | None]] = {name: list(map(series[name].get, times)) for name in names}
    heights = stacked(values) if plot.stacked else values
    top = max((value for column in heights.values() for value in column if value is not None), default=0.0)
    edge = 1.0 if plot.unit == "ratio" and top <= 1 and "idle" in plot.title else ceiling(top, plot.unit)
    lines = []
    across = [f"{WIDTH * number / max(1, len(times) - 1):.1f}" for number in range(len(times))]
    below: Sequence[float | None] = [0.0] * len(times)
    for number, name in enumerate(names):
        if plot.stacked:
            shape, below = areas(across, heights[name], below, edge), heights[name]
        else:
            shape = stretches(across, heights[name], edge)
        lines.append(Line(name, tuple(values[name]), shape, number % COLOURS))
    return Chart(
        plot,
        tuple(times),
        tuple(lines),
        written(top, plot.unit),
        tuple(missing),
        scale=(halfway(edge, plot.unit), written(edge, plot.unit)),
        thresholds=thresholds(plot, rules, edge),
    )


def halfway(edge: float, unit: str) -> str:
    """Write the value at half the height; empty for counts that have no whole half."""
    return "" if unit == "count" and edge % 2 else written(edge / 2, unit)


def thresholds(plot: Plot, rules: Iterable[Rule], edge: float) -> tuple[Threshold, ...]:
    """Return the thresholds on a chart of one signal that are within its height; 0 is its lower edge."""
    return tuple(
        Threshold(severity, _height(value, edge), f"{severity} {'below' if rule.below else 'above'} {words}")
        for rule in rules
        if (rule.signal,) == plot.signals and not rule.over
        for severity, value in ((WARNING, rule.warning), (CRITICAL, rule.critical))
        if value is not None and 0 < value <= edge
        for words in [written(value, plot.unit)]
    )


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (1 << 31, name)


def stacked(values: Mapping[str, Sequence[float | None]]) -> dict[str, list[float | None]]:
    """Return each line on top of the ones before; an unknown part adds nothing, a moment without any is a gap."""
    heights: dict[str, list[float | None]] = {}
    has_value = [any(value is not None for value in column) for column in zip(*values.values(), strict=True)]
    below = [0.0] * len(has_value)
    for name, own in values.items():
        below = [under + (value or 0.0) for under, value in zip(below, own, strict=True)]
        heights[name] = [height if is_known else None for height, is_known in zip(below, has_value, strict=True)]
    return heights


def _height(value: float, edge: float) -> float:
    return round(HEIGHT - 1 - (HEIGHT - 2) * value / edge, 1)


def stretches(across: Sequence[str], values: Sequence[float | None], edge: float) -> tuple[str, ...]:
    """Return runs of known values as the points of lines."""
    bottom, scale = HEIGHT - 1, (HEIGHT - 2) / edge
    return polylines(
        None if value is None else f"{x},{bottom - scale * value:.1f}" for x, value in zip(across, values, strict=True)
    )


def areas(
    across: Sequence[str], values: Sequence[float | None], below: Sequence[float | None], edge: float
) -> tuple[str, ...]:
    """Return runs of known values as the points of areas above the line below."""
    runs: list[list[int]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(number)
    shapes = []
    for run in filter(None, runs):
        upper = [f"{across[number]},{_height(values[number] or 0, edge)}" for number in run]
        lower = [f"{across[number]},{_height(below[number] or 0, edge)}" for number in reversed(run)]
        shapes.append(" ".join(upper + lower))
    return tuple(shapes)


def written(value: float | None, unit: str) -> str:
    if value is None:
        return UNKNOWN
    if unit in {"bytes", "bytes_per_s"}:
        return size(round(value)) + ("/s" if unit == "bytes_per_s" else "")
    if unit == "ratio":
        return f"{value:.0%}"
    number = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
    return number + {"per_s": "/s", "ms": " ms", "cores": " cores"}.get(unit, "")
