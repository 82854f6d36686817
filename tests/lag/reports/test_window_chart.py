"""A window as a picture: later commits to the right, higher offsets higher up, the log's end above the commits."""

from core.web.charts.drawing import HEIGHT, WIDTH, Line
from lag.reports.window_chart import window_chart
from lag.types import Commit


def commit(offset: int, seconds: int, lag: int | None) -> Commit:
    return Commit(offset, offset, 1_800_000_000_000 + seconds * 1000, 0, lag)


def points(line: Line) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for part in line.stretches for x, y in (point.split(",") for point in part.split())]


def test_offsets_rise_and_time_goes_to_the_right() -> None:
    committed, ends = window_chart([commit(0, 0, 100), commit(50, 5, 50), commit(100, 10, 0)]).lines
    assert points(committed) == [(0, HEIGHT - 1), (WIDTH / 2, HEIGHT / 2), (WIDTH, 1)]
    assert points(ends) == [(0, 1), (WIDTH / 2, 1), (WIDTH, 1)]


def test_an_end_that_is_unknown_is_a_gap_and_no_end_at_zero() -> None:
    _, ends = window_chart([commit(10, 0, 5), commit(11, 5, None), commit(12, 10, 8)]).lines
    assert ends.values == (15, None, 20)
    assert len(ends.stretches) == 2
    (alone,) = window_chart([commit(10, 0, None)]).lines
    assert alone.name == "committed offset"


def test_the_axis_is_as_wide_as_the_offsets_and_what_stands_still_is_in_the_middle() -> None:
    assert window_chart([commit(1_000, 0, 0), commit(1_100, 10, 0)]).scale == ("1,000", "1,050", "1,100")
    committed, _ = window_chart([commit(7, 0, 0), commit(7, 10, 0)]).lines
    assert {y for _, y in points(committed)} == {HEIGHT / 2}
    assert window_chart([]).times == ()
