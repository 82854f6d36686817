"""How series become a picture. Pure: numbers in, coordinates out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.web.charts.axes import ceiling
from core.web.charts.units import halfway, written
from core.web.pictures import polylines

WIDTH, HEIGHT = 640, 150
COLOURS = 12
Values = Sequence[float | None]


@dataclass(frozen=True)
class Line:
    """One line of a chart: its name, its values at the chart's times, and its stretches as SVG points.

    ``dots`` is the path that marks each value; empty if none is to be marked.
    """

    name: str
    values: tuple[float | None, ...]
    stretches: tuple[str, ...]
    colour: int
    dots: str = ""

    @property
    def last(self) -> float | None:
        return next((value for value in reversed(self.values) if value is not None), None)


@dataclass(frozen=True)
class Threshold:
    """Where a rule begins to apply: its severity, its height in the picture, and the value in words."""

    severity: str
    y: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A stretch of the band below a chart, with the same status."""

    x: float
    width: float
    level: str
    name: str


@dataclass(frozen=True)
class Frame:
    """What a chart is of: its title, the unit of its values, and how they are shown.

    ``prefix`` goes before the names of lines; ``dots`` marks each value; with ``from_zero`` the axis begins there.
    """

    title: str
    unit: str = "count"
    help: str = ""
    stacked: bool = False
    prefix: str = ""
    dots: bool = False
    from_zero: bool = True


@dataclass(frozen=True)
class Chart:
    """A chart ready to be drawn.

    ``times`` and the ``span`` are in seconds since 1970. ``top`` is the largest value in words, ``scale`` has those at
    the lower edge, half-way up and at the upper edge. ``missing`` says why there is no line, where it is known.
    """

    frame: Frame
    times: tuple[float, ...] = ()
    span: tuple[float, float] = (0.0, 0.0)
    lines: tuple[Line, ...] = ()
    top: str = ""
    scale: tuple[str, str, str] = ("", "", "")
    thresholds: tuple[Threshold, ...] = ()
    band: tuple[Bar, ...] = ()
    missing: tuple[str, ...] = ()
    width: int = field(default=WIDTH, repr=False)
    height: int = field(default=HEIGHT, repr=False)


@dataclass(frozen=True)
class Canvas:
    """The place of a time and a value in the picture."""

    span: tuple[float, float]
    low: float
    high: float

    def x(self, at: float) -> float:
        start, end = self.span
        return round(WIDTH * (at - start) / (end - start), 1) if end > start else WIDTH / 2

    def y(self, value: float) -> float:
        return round(HEIGHT - 1 - (HEIGHT - 2) * (value - self.low) / (self.high - self.low), 1)


def draw(
    frame: Frame,
    series: Mapping[str, Values],
    times: Sequence[float],
    *,
    span: tuple[float, float] | None = None,
    edge: float | None = None,
    limits: Callable[[float], Iterable[tuple[str, float, str]]] = lambda _: (),
    bars: Iterable[tuple[float, float, str, str]] = (),
    missing: Sequence[str] = (),
) -> Chart:
    """Draw lines by name; a time without a value leaves a gap.

    Args:
        frame: what the chart is of.
        series: a value, or None, for each time.
        times: ascending.
        span: what the width stands for; from the first to the last time by default.
        edge: the value at the upper edge, if it is not to be the round number above all values.
        limits: returns severity, value and text of the thresholds, given the upper edge.
        bars: from, to, level and name of the stretches of the band.
        missing: why there is no line.
    """
    span = span or ((times[0], times[-1]) if times else (0.0, 0.0))
    heights = stacked(series) if frame.stacked else series
    canvas = canvas_of(frame, heights, span, edge)
    present = [value for values in heights.values() for value in values if value is not None]
    low, high = canvas.low, canvas.high
    return Chart(
        frame,
        tuple(times),
        span,
        lines_of(frame, series, heights, times, canvas),
        written(max(present, default=0.0), frame.unit),
        (written(low, frame.unit), halfway(low, high, frame.unit), written(high, frame.unit)),
        tuple(Threshold(severity, canvas.y(value), text) for severity, value, text in limits(high)),
        tuple(
            Bar(canvas.x(start), round(canvas.x(end) - canvas.x(start) + 1, 1), level, name)
            for start, end, level, name in bars
        ),
        tuple(missing),
    )


def canvas_of(frame: Frame, heights: Mapping[str, Values], span: tuple[float, float], edge: float | None) -> Canvas:
    """Return the picture's axes: from zero to a round number, or from the least to the largest value."""
    present = [value for values in heights.values() for value in values if value is not None]
    top = max(present, default=0.0)
    if frame.from_zero:
        return Canvas(span, 0.0, edge or ceiling(top, frame.unit))
    low = min(present, default=0.0)
    return Canvas(span, low, top) if top > low else Canvas(span, low - 1, low + 1)


def lines_of(
    frame: Frame, series: Mapping[str, Values], heights: Mapping[str, Values], times: Sequence[float], canvas: Canvas
) -> tuple[Line, ...]:
    lines: list[Line] = []
    below: Values = [0.0] * len(times)
    for number, (name, values) in enumerate(series.items()):
        if frame.stacked:
            shape, below = areas(times, heights[name], below, canvas), heights[name]
        else:
            shape = stretches(times, values, canvas)
        dots = marks(times, values, canvas) if frame.dots else ""
        lines.append(Line(name, tuple(values), shape, number % COLOURS, dots))
    return tuple(lines)


def stacked(series: Mapping[str, Values]) -> dict[str, Values]:
    """Return each line on top of the ones before; an unknown part adds nothing, a moment without any is a gap."""
    heights: dict[str, Values] = {}
    has_value = [any(value is not None for value in column) for column in zip(*series.values(), strict=True)]
    below = [0.0] * len(has_value)
    for name, values in series.items():
        below = [under + (value or 0.0) for under, value in zip(below, values, strict=True)]
        heights[name] = [height if is_known else None for height, is_known in zip(below, has_value, strict=True)]
    return heights


def stretches(times: Sequence[float], values: Values, canvas: Canvas) -> tuple[str, ...]:
    """Return runs of known values as the points of lines."""
    return polylines(
        None if value is None else f"{canvas.x(at)},{canvas.y(value)}" for at, value in zip(times, values, strict=True)
    )


def marks(times: Sequence[float], values: Values, canvas: Canvas) -> str:
    """Return a path with a dot for each known value."""
    points = ((at, value) for at, value in zip(times, values, strict=True) if value is not None)
    return "".join(f"M{canvas.x(at)},{canvas.y(value)}h0" for at, value in points)


def areas(times: Sequence[float], values: Values, below: Values, canvas: Canvas) -> tuple[str, ...]:
    """Return runs of known values as the points of areas above the line below."""
    runs: list[list[int]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(number)
    shapes = []
    for run in filter(None, runs):
        upper = [f"{canvas.x(times[number])},{canvas.y(values[number] or 0)}" for number in run]
        lower = [f"{canvas.x(times[number])},{canvas.y(below[number] or 0)}" for number in reversed(run)]
        shapes.append(" ".join(upper + lower))
    return tuple(shapes)
