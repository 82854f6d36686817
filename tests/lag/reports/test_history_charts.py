"""A group's past as a picture: more lag is higher up, and what is not known is a gap."""

import pytest

from core.web.charts.drawing import HEIGHT, WIDTH, Chart
from lag.collecting.rollup import MINUTE_MS, Bucket
from lag.reports.history_charts import SPARK_HEIGHT, SPARK_WIDTH, past, spark
from lag.types import Status

START = 1_800_000_000_000


def bucket(minute: int, lag: int | None, status: Status = Status.OK) -> Bucket:
    start = START + minute * MINUTE_MS
    return Bucket(start, MINUTE_MS, status, lag, None if lag is None else lag / 2, start, lag)


def points(lines: tuple[str, ...]) -> list[list[tuple[float, float]]]:
    """Return each stretch's points, across and down."""
    return [[(float(x), float(y)) for x, y in (point.split(",") for point in line.split())] for line in lines]


def stretches(chart: Chart) -> list[list[tuple[float, float]]]:
    return points(chart.lines[0].stretches)


def test_more_lag_is_higher_up_and_time_goes_to_the_right() -> None:
    drawn = past([bucket(0, 0), bucket(1, 50), bucket(2, 100)]).lag
    assert stretches(drawn) == [[(0, HEIGHT - 1), (WIDTH / 2, HEIGHT / 2), (WIDTH, 1)]]
    assert (drawn.top, drawn.scale) == ("100", ("0", "50", "100"))


def test_the_axis_begins_at_zero_and_not_at_the_least_lag() -> None:
    ((first, second),) = stretches(past([bucket(0, 90), bucket(1, 100)]).lag)
    assert second[1] == 1
    assert first[1] < HEIGHT / 4


def test_no_lag_at_all_lies_at_the_bottom() -> None:
    ((first, second),) = stretches(past([bucket(0, 0), bucket(1, 0)]).lag)
    assert (first[1], second[1]) == (HEIGHT - 1, HEIGHT - 1)


def test_a_line_does_not_lead_through_what_is_unknown() -> None:
    pictures = past([bucket(0, 1), bucket(1, 2), bucket(2, None), bucket(3, 4), bucket(4, 5)])
    assert [len(line) for line in stretches(pictures.lag)] == [2, 2]
    assert [len(line) for line in stretches(pictures.time_lag)] == [2, 2]
    assert pictures.time_lag.top == "2 s"


def test_a_line_does_not_lead_over_minutes_that_are_missing() -> None:
    first, alone = stretches(past([bucket(0, 1), bucket(1, 2), bucket(9, 3)]).lag)
    assert len(first) == 2
    assert set(alone) == {(WIDTH, 1)}
    one_late = past([bucket(0, 1), bucket(2, 2)]).lag
    assert [len(line) for line in stretches(one_late)] == [2], "one minute may be skipped"


def test_what_is_known_of_a_range_has_its_place_in_it() -> None:
    drawn = past([bucket(0, 1), bucket(90, 10), bucket(95, 20)], (START + 20 * MINUTE_MS, START + 100 * MINUTE_MS))
    assert next(x for line in stretches(drawn.lag) for x, _ in line) == WIDTH * 70 / 80
    assert len(drawn.buckets) == 2
    assert drawn.lag.span == (START / 1000 + 20 * 60, START / 1000 + 100 * 60)


@pytest.mark.parametrize("buckets", [[], [bucket(0, None)]])
def test_nothing_known_is_no_line(buckets: list[Bucket]) -> None:
    assert past(buckets).lag.lines == past(buckets).time_lag.lines == ()


def test_the_band_joins_what_is_alike_and_shows_where_it_changes() -> None:
    buckets = [bucket(0, 1), bucket(1, 1), bucket(2, 9, Status.ERR), bucket(4, 1)]
    band = past(buckets, (START, START + 4 * MINUTE_MS)).lag.band
    assert [(bar.x, bar.name) for bar in band] == [(0, "OK"), (WIDTH / 2, "ERR"), (WIDTH, "OK")]
    assert band[0].width == WIDTH / 2 + 1


def test_a_spark_is_the_same_as_small_as_a_word() -> None:
    drawn = spark([bucket(0, 0), bucket(1, 8)])
    assert (drawn.width, drawn.height) == (SPARK_WIDTH, SPARK_HEIGHT)
    assert points(drawn.lines) == [[(0, SPARK_HEIGHT - 1), (SPARK_WIDTH, 1)]]
    assert len(spark([bucket(0, 1), bucket(9, 3)]).lines) == 2
