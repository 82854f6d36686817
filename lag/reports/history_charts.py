"""A group's past as pictures: lag and time lag as lines, the status as a band. Pure: buckets in, coordinates out."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.web.pictures import Scale, polylines
from lag.collecting.rollup import Bucket
from lag.verdicts import wording

WIDTH, HEIGHT = 640, 120
SPARK_WIDTH, SPARK_HEIGHT = 90, 18


@dataclass(frozen=True)
class Stretch:
    """A run of buckets with the same status, as a bar of the band."""

    x: float
    width: float
    level: str
    name: str


@dataclass(frozen=True)
class Chart:
    """One line over time. ``lines`` has a polyline for each run of buckets without a gap."""

    lines: tuple[str, ...]
    top: float
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Past:
    """All pictures of a group's past, over the same time."""

    buckets: Sequence[Bucket]
    lag: Chart
    seconds: Chart
    band: tuple[Stretch, ...]
    ticks: tuple[int, ...] = ()  # moments in milliseconds, evenly over the range


def past(buckets: Sequence[Bucket], range_ms: tuple[int, int] | None = None) -> Past:
    """Draw a group's past over a range, from and to in milliseconds; over what is known without one."""
    start, end = range_ms or (0, 0)
    shown = [bucket for bucket in buckets if range_ms is None or start <= bucket.start <= end]
    across = Scale(range_ms or [bucket.start for bucket in shown], 0, WIDTH)
    return Past(
        shown,
        chart(shown, [bucket.max_lag for bucket in shown], across, HEIGHT),
        chart(shown, [bucket.max_time_lag_seconds for bucket in shown], across, HEIGHT),
        band(shown, across),
        tuple(start + (end - start) * quarter // 4 for quarter in range(5)) if range_ms else (),
    )


def chart(buckets: Sequence[Bucket], values: Sequence[float | None], across: Scale, height: int) -> Chart:
    """Draw one value; its axis begins at 0, and unknown values and missing buckets leave gaps."""
    top = max((value for value in values if value is not None), default=0)
    up = Scale([0, top or 1], height - 1, 1)
    points: list[str | None] = []
    for before, bucket, value in zip((None, *buckets), buckets, values, strict=False):
        if before and bucket.start - before.start > 2 * bucket.width:
            points.append(None)
        points.append(None if value is None else f"{across(bucket.start)},{up(value)}")
    return Chart(polylines(points), top, int(across.stop), height)


def band(buckets: Sequence[Bucket], across: Scale) -> tuple[Stretch, ...]:
    """Join buckets with the same status into bars."""
    bars: list[Stretch] = []
    for bucket in buckets:
        x = across(bucket.start)
        level, name = wording.level(bucket.status), wording.name(bucket.status)
        if bars and bars[-1].name == name:
            bars[-1] = Stretch(bars[-1].x, round(x - bars[-1].x + 1, 1), level, name)
        else:
            bars.append(Stretch(x, 1, level, name))
    return tuple(bars)


def spark(buckets: Sequence[Bucket]) -> Chart:
    """Draw the lag as small as a word."""
    across = Scale([bucket.start for bucket in buckets], 0, SPARK_WIDTH)
    return chart(buckets, [bucket.max_lag for bucket in buckets], across, SPARK_HEIGHT)
