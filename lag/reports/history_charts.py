"""A group's past as charts: lag and time lag as lines, the status as a band. Pure: buckets in, coordinates out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.web.charts.drawing import Chart, Frame, draw
from core.web.pictures import Scale, polylines
from lag.collecting.rollup import Bucket
from lag.verdicts import wording

SPARK_WIDTH, SPARK_HEIGHT = 90, 18
LAG = Frame("Lag", help="records, the most of each interval")
TIME_LAG = Frame("Time lag", "s")
Bar = tuple[float, float, str, str]  # from, to, level, name


@dataclass(frozen=True)
class Spark:
    """A line as small as a word; ``lines`` has a polyline for each run of buckets without a gap."""

    lines: tuple[str, ...]
    top: float
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


@dataclass(frozen=True)
class Past:
    """The charts of a group's past, over the same time."""

    buckets: Sequence[Bucket]
    lag: Chart
    time_lag: Chart


def past(buckets: Sequence[Bucket], range_ms: tuple[int, int] | None = None) -> Past:
    """Draw a group's past over a range, from and to in milliseconds; over what is known without one."""
    shown = [bucket for bucket in buckets if range_ms is None or range_ms[0] <= bucket.start <= range_ms[1]]
    span = (range_ms[0] / 1000, range_ms[1] / 1000) if range_ms else None
    timed = list(with_gaps(shown))
    times = [at for at, _ in timed]
    bars = list(band(shown))

    def chart(frame: Frame, values: list[float | None]) -> Chart:
        is_known = any(value is not None for value in values)
        return draw(frame, {frame.title.lower(): values} if is_known else {}, times, span=span, bars=bars)

    return Past(
        shown,
        chart(LAG, [bucket.max_lag if bucket else None for _, bucket in timed]),
        chart(TIME_LAG, [bucket.max_time_lag_seconds if bucket else None for _, bucket in timed]),
    )


def with_gaps(buckets: Sequence[Bucket]) -> Iterator[tuple[float, Bucket | None]]:
    """Yield buckets by their time in seconds, and None where more than one is missing between two."""
    for before, bucket in zip((None, *buckets), buckets, strict=False):
        if before and bucket.start - before.start > 2 * bucket.width:
            yield (before.start + before.width) / 1000, None
        yield bucket.start / 1000, bucket


def band(buckets: Sequence[Bucket]) -> Iterator[Bar]:
    """Yield the stretches of buckets with the same status, in seconds."""
    bars: list[Bar] = []
    for bucket in buckets:
        start, end = bucket.start / 1000, (bucket.start + bucket.width) / 1000
        level, name = wording.level(bucket.status), wording.name(bucket.status)
        if bars and bars[-1][3] == name:
            bars[-1] = (bars[-1][0], end, level, name)
        else:
            bars.append((start, end, level, name))
    yield from bars


def spark(buckets: Sequence[Bucket]) -> Spark:
    """Draw the lag as small as a word; its axis begins at 0, and unknown values and missing buckets leave gaps."""
    values = [bucket.max_lag for bucket in buckets]
    top = max((value for value in values if value is not None), default=0)
    across, up = Scale([bucket.start for bucket in buckets], 0, SPARK_WIDTH), Scale([0, top or 1], SPARK_HEIGHT - 1, 1)
    return Spark(
        polylines(
            f"{across(bucket.start)},{up(bucket.max_lag)}" if bucket and bucket.max_lag is not None else None
            for _, bucket in with_gaps(buckets)
        ),
        top,
    )
