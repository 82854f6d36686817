"""The seven rules: when each decides, and why the ones before it do not."""

from collections.abc import Sequence

import pytest

from lag.types import EvaluatorSettings, Partition, Status
from lag.verdicts.evaluator import evaluate_partition, facts_of
from lag.verdicts.rules import deciding_rule
from tests.lag.factories import NOW_MS, partition


def asked(window: Partition, *, allowed_lag: int = 0, now_ms: int = NOW_MS) -> tuple[int, Status]:
    """Return the number and the verdict of the first rule that says yes: each one before it said no."""
    facts = facts_of(window, EvaluatorSettings(allowed_lag=allowed_lag), now_ms)
    rule = deciding_rule(facts._replace(now_ms=now_ms))
    return rule.number, rule.status


@pytest.mark.parametrize(("current_lag", "allowed_lag", "fires"), [(0, 0, True), (1, 0, False), (5, 5, True)])
def test_1_a_lag_within_the_allowed_is_ok_whatever_the_window_shows(
    current_lag: int, allowed_lag: int, fires: bool
) -> None:
    stalled = partition(offsets=(5, 5, 5), current_lag=current_lag)
    assert (asked(stalled, allowed_lag=allowed_lag) == (1, Status.OK)) is fires


@pytest.mark.parametrize(("late_ms", "expected"), [(20_000, (7, Status.OK)), (20_001, (2, Status.STOP))])
def test_2_a_last_commit_older_than_the_window_is_long_has_stopped(late_ms: int, expected: tuple[int, Status]) -> None:
    falling = partition(offsets=(1, 2, 3), lags=(30, 20, 10), ends=(50,))
    assert asked(falling, now_ms=NOW_MS + late_ms) == expected


def test_2_one_commit_spans_no_time_so_it_has_stopped_a_moment_later() -> None:
    assert asked(partition(offsets=(5,), ends=(9,)), now_ms=NOW_MS + 1) == (2, Status.STOP)


def test_2_who_had_reached_an_end_offset_seen_lately_has_not_stopped() -> None:
    behind = partition(offsets=(1, 2, 3), lags=(30, 20, 10), ends=(3, 13))
    assert asked(behind, now_ms=NOW_MS + 90_000) == (7, Status.OK)


def test_2_a_commit_dated_in_the_future_has_not_stopped() -> None:
    ahead = partition(offsets=(1, 2), lags=(20, 10), times=(NOW_MS, NOW_MS + 999_999), ends=(50,))
    assert asked(ahead) == (7, Status.OK)


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [
        ((10, 4, 9), (3, Status.REWIND)),
        ((10, 4, 10), (6, Status.WARN)),
        ((10, 4, 10, 3), (6, Status.WARN)),
        ((10, 9, 8), (3, Status.REWIND)),
    ],
    ids=["went back", "came back since", "only the first fall counts", "goes on falling"],
)
def test_3_an_offset_that_fell_and_never_came_back_is_a_rewind(
    offsets: Sequence[int], expected: tuple[int, Status]
) -> None:
    assert asked(partition(offsets=offsets)) == expected


def test_3_a_lag_of_zero_in_the_window_does_not_excuse_a_rewind() -> None:
    assert asked(partition(offsets=(10, 4), lags=(0, 6))) == (3, Status.REWIND)


def test_4_a_lag_that_was_allowed_at_some_commit_is_ok() -> None:
    assert asked(partition(offsets=(5, 5, 5), lags=(1, 0, 9))) == (4, Status.OK)
    assert asked(partition(offsets=(5, 5, 5), lags=(30, 20, 90)), allowed_lag=9) == (5, Status.STALL)


def test_4_an_unknown_lag_was_not_allowed() -> None:
    assert asked(partition(offsets=(5, 5), lags=(None, None))) == (5, Status.STALL)


def test_5_commits_at_one_offset_are_a_stall_even_if_the_lag_falls() -> None:
    assert asked(partition(offsets=(5, 5, 5), lags=(30, 20, 10))) == (5, Status.STALL)
    assert asked(partition(offsets=(5,))) == (5, Status.STALL)


@pytest.mark.parametrize(
    "lags", [(10, 10, 10), (10, 11, 12), (10, None, 11), (None, None, 7)], ids=["same", "grows", "gap", "known once"]
)
def test_6_a_lag_that_never_fell_is_a_warning(lags: Sequence[int | None]) -> None:
    assert asked(partition(offsets=(1, 2, 3), lags=lags)) == (6, Status.WARN)


def test_7_a_lag_that_fell_once_is_ok() -> None:
    assert asked(partition(offsets=(1, 2, 3), lags=(10, 9, 500))) == (7, Status.OK)
    assert asked(partition(offsets=(1, 2, 3), lags=(10, None, 9))) == (7, Status.OK)


@pytest.mark.parametrize(("minimum", "expected"), [(0.2, Status.STALL), (0.3, Status.STALL), (0.31, Status.OK)])
def test_a_window_that_is_not_filled_enough_is_ok(minimum: float, expected: Status) -> None:
    window = partition(offsets=(5, 5, 5), intervals=10)
    status = evaluate_partition("t", 0, window, EvaluatorSettings(minimum_complete=minimum), NOW_MS)
    assert (status.status, status.complete) == (expected, 0.3)


def test_the_clock_is_read_in_whole_seconds() -> None:
    falling = partition(offsets=(1, 2, 3), lags=(30, 20, 10), ends=(50,))
    verdicts = [
        evaluate_partition("t", 0, falling, EvaluatorSettings(), NOW_MS + late).status for late in (20_999, 21_000)
    ]
    assert verdicts == [Status.OK, Status.STOP]
