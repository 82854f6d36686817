"""What a chart shows: round axes, thresholds in their place, gaps as gaps."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.web.charts.axes import ceiling, ticks
from core.web.charts.drawing import HEIGHT, WIDTH, Chart
from metrics.catalogue.plots import Plot
from metrics.charts import drawing
from metrics.findings.rules import RULES

NOON = 1_800_014_400
IDLE = Plot("Request handlers idle", ("request_handler_idle",), "ratio")
SLOW = Plot("Produce", ("total_time_produce",), "ms")
BYTES = Plot("Bytes in", ("bytes_in",), "bytes_per_s")
STACK = Plot("Topics", ("bytes_in",), "per_s", stacked=True)


@pytest.mark.parametrize(
    ("value", "unit", "edge"),
    [
        (0, "count", 1),
        (1, "count", 1),
        (3, "count", 3),
        (101, "per_s", 120),
        (0.013, "ratio", 0.016),
        (3.6 * 1024, "bytes_per_s", 4096),
        (900, "bytes", 1000),
        (1.5 * 1024**3, "bytes", 1.6 * 1024**3),
    ],
)
def test_the_upper_edge_is_a_round_number_in_the_unit_that_is_written(value: float, unit: str, edge: float) -> None:
    assert ceiling(value, unit) == pytest.approx(edge)


def draw(plot: Plot, series: Mapping[str, Mapping[int, float]], times: Sequence[int], **options: Any) -> Chart:
    return drawing.draw(plot, series, times, **options).picture


def labels(start: float, end: float, zone: str = "UTC") -> list[str]:
    return [tick.text for tick in ticks((start, end), ZoneInfo(zone))]


def test_an_axis_tells_values_and_round_times() -> None:
    chart = draw(BYTES, {"1": {NOON + 60: 3000.0}}, range(NOON + 60, NOON + 3661, 60))
    assert chart.scale == ("0 B/s", "1.5 KiB/s", "3.0 KiB/s")
    assert labels(*chart.span) == ["12:10", "12:20", "12:30", "12:40", "12:50", "13:00"]
    assert ticks(chart.span)[-1].percent == pytest.approx(98.33)


def test_days_begin_at_the_midnight_of_the_viewers_zone() -> None:
    assert labels(NOON, NOON + 4 * 86400) == ["16 Jan", "17 Jan", "18 Jan", "19 Jan"]
    kolkata = ticks((NOON, NOON + 86400), ZoneInfo("Asia/Kolkata"))
    assert [tick.text for tick in kolkata] == ["18:00", "00:00", "06:00", "12:00"]
    assert labels(NOON, NOON) == []
    assert labels(NOON, NOON + 10) == ["12:00:00", "12:00:02", "12:00:04", "12:00:06", "12:00:08", "12:00:10"]


def test_one_wrong_timestamp_makes_no_endless_axis() -> None:
    latest = 253_402_300_799  # the last second of 9999, of which no other zone has a calendar
    assert labels(0, latest) == ["2000", "4000", "6000", "8000"]
    assert labels(latest - 60, latest, "Asia/Tokyo")[0] == "23:59:00"
    assert labels(NOON, NOON + 3 * 365 * 86400) == ["2028", "2029", "2030"]
    assert len(labels(NOON, NOON + 365 * 86400)) == 4


def test_there_is_no_half_of_one_thing() -> None:
    assert draw(Plot("Leaders", ("leader_count",)), {"1": {NOON: 1.0}}, (NOON, NOON + 60)).scale == ("0", "", "1")


def test_thresholds_stand_where_the_rules_say_and_only_within_the_chart() -> None:
    idle = draw(IDLE, {"1": {NOON: 0.9}}, (NOON, NOON + 60), rules=RULES)
    assert [(threshold.severity, threshold.text) for threshold in idle.thresholds] == [
        ("warning", "warning below 30%"),
        ("critical", "critical below 10%"),
    ]
    assert HEIGHT > idle.thresholds[1].y > idle.thresholds[0].y > HEIGHT / 2
    assert not draw(SLOW, {"1": {NOON: 20.0}}, (NOON, NOON + 60), rules=RULES).thresholds
    slow = draw(SLOW, {"1": {NOON: 700.0}}, (NOON, NOON + 60), rules=RULES)
    assert [threshold.text for threshold in slow.thresholds] == ["warning above 500 ms"]


def test_a_time_without_a_value_is_a_gap() -> None:
    times = range(NOON, NOON + 300, 60)
    (line,) = draw(BYTES, {"1": dict.fromkeys([times[0], times[1], times[4]], 1024.0)}, times).lines
    assert len(line.stretches) == 2
    alone = line.stretches[1].split()
    assert alone[0].startswith(f"{WIDTH:.1f},")
    assert alone == [alone[0]] * 2, "a line of one point is not drawn"


def heights(stretch: str) -> list[float]:
    return [float(point.split(",")[1]) for point in stretch.split()]


def test_more_is_higher_up() -> None:
    times = (NOON, NOON + 60)
    (line,) = draw(BYTES, {"1": {NOON: 0.0, NOON + 60: 1000.0}}, times).lines
    assert heights(line.stretches[0]) == [HEIGHT - 1, 1]


def test_what_is_stacked_lies_on_the_one_below_and_ends_where_nothing_is_known() -> None:
    times = range(NOON, NOON + 300, 60)
    values = dict.fromkeys([times[0], times[1], times[3], times[4]], 500.0)
    below, above = draw(STACK, {"a": values, "b": values}, times).lines
    assert (len(below.stretches), len(above.stretches)) == (2, 2), "a gap is a gap"
    assert heights(below.stretches[0]) == [HEIGHT / 2, HEIGHT / 2, HEIGHT - 1, HEIGHT - 1]
    assert heights(above.stretches[0]) == [1, 1, HEIGHT / 2, HEIGHT / 2]


def test_an_unknown_part_of_a_stack_adds_nothing() -> None:
    below, above = draw(STACK, {"a": {NOON: 800.0}, "b": {NOON + 60: 800.0}}, (NOON, NOON + 60)).lines
    assert (below.values, above.values) == ((800.0, None), (None, 800.0))
