"""A window as a picture: later commits to the right, higher offsets higher up, the log's end above the commits."""

from lag.reports.window_chart import HEIGHT, MARGIN, WIDTH, draw
from lag.types import Commit

RIGHT, BOTTOM = WIDTH - MARGIN, HEIGHT - MARGIN


def commit(offset: int, seconds: int, lag: int | None) -> Commit:
    return Commit(offset, offset, 1_800_000_000_000 + seconds * 1000, 0, lag)


def test_offsets_rise_and_time_goes_to_the_right() -> None:
    first, middle, last = draw([commit(0, 0, 100), commit(50, 5, 50), commit(100, 10, 0)]).dots
    assert [(dot.x, dot.y) for dot in (first, middle, last)] == [
        (MARGIN, BOTTOM),
        (WIDTH / 2, HEIGHT / 2),
        (RIGHT, MARGIN),
    ]


def test_the_logs_end_is_above_a_commit_by_its_lag() -> None:
    behind, abreast = draw([commit(0, 0, 100), commit(100, 10, 0)]).dots
    assert behind.end == MARGIN < behind.y
    assert abreast.end == abreast.y


def test_an_end_that_is_unknown_is_left_out_of_its_line_and_no_end_at_zero() -> None:
    drawing = draw([commit(10, 0, 5), commit(11, 5, None), commit(12, 10, 8)])
    assert drawing.dots[1].end is None
    assert len(drawing.committed.split()) == 3
    ends = [tuple(map(float, point.split(","))) for point in drawing.ends.split()]
    assert [x for x, _ in ends] == [MARGIN, RIGHT]


def test_what_stands_still_is_in_the_middle() -> None:
    drawing = draw([commit(7, 0, 0), commit(7, 10, 0)])
    assert [dot.y for dot in drawing.dots] == [HEIGHT / 2, HEIGHT / 2]
    assert draw([]).dots == ()
