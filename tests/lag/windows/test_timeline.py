"""The long, thin history of a partition's end offset."""

from array import array
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lag.windows.timeline import Timeline
from tests.lag.factories import NOW_MS, timeline
from tests.lag.properties import holds

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
steps = st.lists(st.tuples(st.integers(-20_000, 7_200_000), st.integers(-5, 1_000)), max_size=120)


@cache
def eight_days() -> Timeline:
    """Eight days of a topic that never rests, looked at every five seconds."""
    made = Timeline()
    for number, moment in enumerate(range(NOW_MS - 8 * DAY, NOW_MS + 1, 5_000)):
        made.add(moment, number)
    return made


def test_eight_days_of_samples_every_five_seconds_take_some_four_hundred() -> None:
    assert len(eight_days()) <= 450


def test_the_last_minutes_keep_every_sample_and_the_past_fewer() -> None:
    moments = eight_days().moments
    ages = [NOW_MS - moment for moment in moments]
    assert [age for age in ages if age < 4 * MINUTE] == list(reversed(range(0, 4 * MINUTE, 5_000)))
    gaps = [(NOW_MS - late, late - early) for early, late in pairwise(moments)]
    assert max(gap for age, gap in gaps if age < HOUR) <= 2 * MINUTE
    assert max(gap for age, gap in gaps if HOUR <= age < DAY) <= 20 * MINUTE
    assert max(gap for age, gap in gaps if age < 6 * DAY) <= 2 * HOUR


def test_something_older_than_a_week_is_kept_so_that_a_week_can_be_told() -> None:
    oldest, second = (NOW_MS - moment for moment in eight_days().moments[:2])
    assert second < 7 * DAY + HOUR
    assert oldest >= 7 * DAY - HOUR


def test_an_idle_partition_costs_two_samples_however_long_it_is_idle() -> None:
    idle = Timeline()
    for moment in range(NOW_MS, NOW_MS + 30 * DAY, 10 * MINUTE):
        idle.add(moment, 7)
    assert (list(idle.moments), list(idle.ends)) == ([NOW_MS, NOW_MS + 30 * DAY - 10 * MINUTE], [7, 7])


def test_an_end_offset_that_falls_starts_the_history_anew() -> None:
    remade = timeline((0, 100), (10_000, 200), (20_000, 3))
    assert (list(remade.moments), list(remade.ends)) == ([NOW_MS + 20_000], [3])


def test_a_clock_that_was_set_back_costs_the_samples_that_lie_ahead_of_it() -> None:
    moved = timeline((0, 100), (10_000, 200), (20_000, 300), (9_000, 400))
    assert (list(moved.moments), list(moved.ends)) == ([NOW_MS, NOW_MS + 9_000], [100, 400])


def test_of_two_samples_of_one_moment_the_later_counts() -> None:
    twice = timeline((0, 100), (10_000, 150), (10_000, 200))
    assert (list(twice.moments), list(twice.ends)) == ([NOW_MS, NOW_MS + 10_000], [100, 200])


def test_the_end_between_two_samples_is_in_proportion_and_outside_of_them_the_nearest() -> None:
    history = timeline((0, 100), (10_000, 200))
    ends = [history.end_at(NOW_MS + moment) for moment in (-1, 0, 2_500, 10_000, 99_000)]
    assert ends == [100, 100, 125, 200, 200]
    assert Timeline().end_at(NOW_MS) is None


def test_half_a_history_is_refused() -> None:
    with pytest.raises(ValueError, match="as many end offsets as moments, not 3 numbers"):
        Timeline.load(array("q", [1, 2, 3]))


@holds
@given(steps)
def test_whatever_is_added_moments_rise_and_ends_never_fall(added: list[tuple[int, int]]) -> None:
    history, moment, end = Timeline(), NOW_MS, 10_000
    for pause, written in added:
        moment, end = moment + pause, end + written
        history.add(moment, end)
        assert (history.moments[-1], history.ends[-1]) == (moment, end)
        assert list(history.moments) == sorted(set(history.moments))
        assert list(history.ends) == sorted(history.ends)


@holds
@given(steps)
def test_saving_and_loading_gives_the_same_history(added: list[tuple[int, int]]) -> None:
    history, moment = Timeline(), NOW_MS
    for pause, written in added:
        moment += abs(pause)
        history.add(moment, max(written, 0))
    loaded = Timeline.load(history.dump())
    assert (loaded.moments, loaded.ends) == (history.moments, history.ends)
