"""A group's past as a picture: more lag is higher up, and what is not known is a gap."""

import pytest

from lag.collecting.rollup import MINUTE_MS, Bucket
from lag.reports.history_charts import HEIGHT, SPARK_HEIGHT, SPARK_WIDTH, WIDTH, Chart, past, spark
from lag.types import Status

START = 1_800_000_000_000


def bucket(minute: int, lag: int | None, status: Status = Status.OK) -> Bucket:
    start = START + minute * MINUTE_MS
    return Bucket(start, MINUTE_MS, status, lag, None if lag is None else lag / 2, start, lag)


def points(drawn: Chart) -> list[list[tuple[float, float]]]:
    """Return each line's points, across and down."""
    return [[(float(x), float(y)) for x, y in (point.split(",") for point in line.split())] for line in drawn.lines]


def test_more_lag_is_higher_up_and_time_goes_to_the_right() -> None:
    drawn = past([bucket(0, 0), bucket(1, 50), bucket(2, 100)]).lag
    assert points(drawn) == [[(0, HEIGHT - 1), (WIDTH / 2, HEIGHT / 2), (WIDTH, 1)]]
    assert drawn.top == 100


def test_the_axis_begins_at_zero_and_not_at_the_least_lag() -> None:
    ((first, second),) = points(past([bucket(0, 90), bucket(1, 100)]).lag)
    assert second[1] == 1
    assert first[1] < HEIGHT / 4


def test_no_lag_at_all_lies_at_the_bottom() -> None:
    ((first, second),) = points(past([bucket(0, 0), bucket(1, 0)]).lag)
    assert (first[1], second[1]) == (HEIGHT - 1, HEIGHT - 1)


def test_a_line_does_not_lead_through_what_is_unknown() -> None:
    pictures = past([bucket(0, 1), bucket(1, 2), bucket(2, None), bucket(3, 4), bucket(4, 5)])
    assert [len(line) for line in points(pictures.lag)] == [2, 2]
    assert [len(line) for line in points(pictures.seconds)] == [2, 2]


def test_a_line_does_not_lead_over_minutes_that_are_missing() -> None:
    first, alone = points(past([bucket(0, 1), bucket(1, 2), bucket(9, 3)]).lag)
    assert len(first) == 2
    assert set(alone) == {(WIDTH, 1)}
    one_late = past([bucket(0, 1), bucket(2, 2)]).lag
    assert [len(line) for line in points(one_late)] == [2], "one minute may be skipped"


def test_what_is_known_of_a_range_has_its_place_in_it() -> None:
    drawn = past([bucket(0, 1), bucket(90, 10), bucket(95, 20)], (START + 20 * MINUTE_MS, START + 100 * MINUTE_MS))
    assert next(x for line in points(drawn.lag) for x, _ in line) == WIDTH * 70 / 80
    assert len(drawn.buckets) == 2
    assert (drawn.ticks[0], drawn.ticks[-1]) == (START + 20 * MINUTE_MS, START + 100 * MINUTE_MS)


@pytest.mark.parametrize("buckets", [[], [bucket(0, None)]])
def test_nothing_known_is_no_line(buckets: list[Bucket]) -> None:
    pictures = past(buckets)
    assert (pictures.lag.lines, pictures.lag.top) == ((), 0)


def test_the_band_joins_what_is_alike_and_shows_where_it_changes() -> None:
    band = past([bucket(0, 1), bucket(1, 1), bucket(2, 9, Status.ERR), bucket(4, 1)]).band
    assert [(bar.x, bar.name) for bar in band] == [(0, "OK"), (WIDTH / 2, "ERR"), (WIDTH, "OK")]
    assert band[0].width == WIDTH / 4 + 1


def test_a_spark_is_the_same_as_small_as_a_word() -> None:
    drawn = spark([bucket(0, 0), bucket(1, 8)])
    assert (drawn.width, drawn.height) == (SPARK_WIDTH, SPARK_HEIGHT)
    assert points(drawn) == [[(0, SPARK_HEIGHT - 1), (SPARK_WIDTH, 1)]]
