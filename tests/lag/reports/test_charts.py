"""The pictures of a window and of a group's history."""

from lag.collecting.rollup import MINUTE_MS, Bucket
from lag.reports.history_charts import past
from lag.reports.window_chart import HEIGHT, MARGIN, draw
from lag.types import Commit, Status


def bucket(minute: int, lag: int | None, status: Status = Status.OK) -> Bucket:
    start = minute * MINUTE_MS
    return Bucket(start, MINUTE_MS, status, lag, None, start, lag)


def test_a_lag_that_grows_rises_and_missing_minutes_leave_a_gap() -> None:
    charts = past([bucket(0, 0), bucket(1, 10), bucket(5, 20), bucket(6, None), bucket(7, 20, Status.ERR)])
    heights = [[float(point.split(",")[1]) for point in line.split()] for line in charts.lag.lines]
    assert [len(line) for line in heights] == [2, 2, 2]  # a single point is drawn twice, as a dot
    assert heights[0][0] == charts.lag.height - 1
    assert heights[0][1] < heights[0][0]
    assert heights[1][0] == heights[2][0] == 1
    assert charts.seconds.lines == ()
    assert [bar.name for bar in charts.band] == ["OK", "ERR"]


def test_a_window_has_its_ends_above_its_commits() -> None:
    drawing = draw([Commit(10, 0, 1000, 1000, 5), Commit(20, 1, 2000, 2000, None), Commit(30, 2, 3000, 3000, 0)])
    first, unknown, last = drawing.dots
    assert (first.x, last.x) == (MARGIN, drawing.width - MARGIN)
    assert (first.y, last.y) == (HEIGHT - MARGIN, MARGIN)
    assert first.end is not None
    assert first.end < first.y
    assert unknown.end is None
    assert last.end == last.y
    assert len(drawing.ends.split()) == 2
