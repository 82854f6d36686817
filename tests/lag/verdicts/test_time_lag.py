"""How many seconds a consumer is behind, and how many it needs to catch up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lag.types import Commit
from lag.verdicts.time_lag import CatchUp, TimeLag, catch_up, time_lag
from lag.windows.timeline import Timeline
from tests.lag.factories import NOW_MS, partition, timeline
from tests.lag.properties import holds


def written(per_second: int) -> Timeline:
    """Return two minutes in which so many records a second were written, up to offset 0 at NOW_MS."""
    return timeline(*((second * 1000, second * per_second) for second in range(-120, 1, 10)))


def commits(*offsets: int) -> tuple[Commit, ...]:
    """Return commits ten seconds apart, the last at NOW_MS."""
    return tuple(partition(offsets=offsets).commits)


def test_the_age_of_the_oldest_unread_record_is_found_between_two_looks() -> None:
    lag = time_lag(-4_250, written(100), NOW_MS)
    assert lag is not None
    assert lag.seconds == pytest.approx(42.5, abs=0.1)
    assert lag.sentence == "42 s ± 10 s"


def test_time_goes_on_for_a_consumer_whose_topic_rests() -> None:
    lag = time_lag(-4_250, written(100), NOW_MS + 3_600_000)
    assert lag is not None
    assert lag.sentence == "1 h ± 10 s"


def test_nothing_unread_is_no_lag_even_beyond_the_end() -> None:
    for committed in (0, 5):
        lag = time_lag(committed, written(100), NOW_MS + 60_000)
        assert lag is not None
        assert (lag.seconds, lag.sentence) == (0.0, "none")


def test_one_record_written_after_a_rest_is_as_old_as_its_own_writing_not_as_the_rest() -> None:
    lag = time_lag(7, timeline((-7_200_000, 7), (-10_000, 7), (0, 8)), NOW_MS)
    assert lag == TimeLag(5.0, 10.0)


def test_a_commit_older_than_the_history_is_at_least_so_far_behind() -> None:
    lag = time_lag(-99_999, written(100), NOW_MS + 7_200_000)
    assert lag == TimeLag(7_320.0, 0.0, at_least=True)
    assert lag.sentence == "over 2 h 2 min"


def test_without_end_offsets_there_is_no_telling() -> None:
    assert time_lag(5, Timeline(), NOW_MS) is None


def test_a_clock_behind_the_history_gives_no_lag_below_zero() -> None:
    lag = time_lag(-50, written(100), NOW_MS - 60_000)
    assert lag is not None
    assert lag.seconds == 0.0


@holds
@given(st.lists(st.integers(0, 500), min_size=2, max_size=60), st.data())
def test_the_true_age_lies_within_the_uncertainty(writes: list[int], data: st.DataObject) -> None:
    """Records are written one by one at known times; the end is looked at every ten seconds."""
    moments, history = [], Timeline()
    for look, count in enumerate(writes):
        start = NOW_MS + look * 10_000
        moments += [start + 10_000 * number // count for number in range(count)]
        history.add(start + 9_999, len(moments))
    now_ms = NOW_MS + len(writes) * 10_000
    committed = data.draw(st.integers(0, len(moments)))
    lag = time_lag(committed, history, now_ms)
    assert lag is not None
    age = (now_ms - moments[committed]) / 1000 if committed < len(moments) else 0.0
    assert age >= lag.seconds if lag.at_least else abs(age - lag.seconds) <= lag.uncertainty


def test_a_consumer_faster_than_the_producers_catches_up() -> None:
    estimate = catch_up(commits(-30_000, -28_000, -26_000), written(100), NOW_MS)
    assert estimate == CatchUp(260.0, 200.0, 100.0)
    assert estimate.sentence == "catches up in about 4 min 20 s"


def test_a_consumer_slower_than_the_producers_never_does() -> None:
    estimate = catch_up(commits(-3_000, -2_500, -2_000), written(100), NOW_MS)
    assert estimate is not None
    assert (estimate.never, estimate.sentence) == (True, "not catching up")


def test_a_consumer_that_stopped_consumes_nothing() -> None:
    estimate = catch_up(commits(-30_000, -28_000, -26_000), written(100), NOW_MS + 30_000)
    assert estimate is not None
    assert (estimate.consumed, estimate.never) == (0.0, True)


def test_after_going_back_only_what_came_since_is_its_speed() -> None:
    estimate = catch_up(commits(0, -30_000, -28_000, -26_000), written(100), NOW_MS)
    assert estimate is not None
    assert estimate.consumed == 200.0


def test_production_is_measured_over_a_minute_where_the_window_is_shorter() -> None:
    """In its last ten seconds the topic rested; in the minute before it did not."""
    history = timeline((-120_000, -12_000), (-60_000, -6_000), (-10_000, 0), (0, 0))
    estimate = catch_up(commits(-2_500, -2_000), history, NOW_MS)
    assert estimate is not None
    assert (estimate.produced, estimate.never) == (100.0, True)


def test_who_has_caught_up_needs_no_time() -> None:
    estimate = catch_up(commits(-2_000, -1_000, 0), written(100), NOW_MS)
    assert estimate is not None
    assert (estimate.seconds, estimate.sentence) == (0.0, "caught up")


@pytest.mark.parametrize("offsets", [(), (5,), (9, 5)])
def test_fewer_than_two_commits_since_a_rewind_show_no_speed(offsets: tuple[int, ...]) -> None:
    assert catch_up(commits(*offsets), written(100), NOW_MS) is None


def test_too_short_a_history_shows_no_production() -> None:
    for history in (Timeline(), timeline((0, 5))):
        assert catch_up(commits(1, 2, 3), history, NOW_MS) is None
