"""The window: the last few commits by the order of their records."""

from hypothesis import given
from hypothesis import strategies as st

from lag.types import Int64s
from lag.windows import window
from lag.windows.window import Commits, Placed
from tests.lag.factories import NOW_MS, kept, offset_commit, store
from tests.lag.properties import holds

offered = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 40), st.integers(0, 30_000)), max_size=60)


def orders(rows: Int64s) -> list[int]:
    return [commit.order for commit in Commits(rows)]


@holds
@given(offered, st.integers(1, 10), st.sampled_from([0, 5_000]))
def test_a_window_ascends_and_holds_no_more_than_it_may(
    commits: list[tuple[int, int, int]], intervals: int, min_distance_ms: int
) -> None:
    rows = window.new()
    for commit in commits:
        before = rows[:]
        placed = window.place(rows, intervals, min_distance_ms, commit, NOW_MS, 99)
        assert orders(rows) == sorted(set(orders(rows)))
        assert len(Commits(rows)) <= intervals
        assert (commit[1] in orders(rows)) is (placed is not Placed.DROPPED or commit[1] in orders(before))


@holds
@given(offered, st.integers(1, 10))
def test_offering_a_commit_of_the_window_again_changes_nothing(
    commits: list[tuple[int, int, int]], intervals: int
) -> None:
    rows = window.new()
    for commit in commits:
        window.place(rows, intervals, 0, commit, NOW_MS, 99)
    before = rows[:]
    for order in orders(rows):
        assert window.place(rows, intervals, 0, (7, order, NOW_MS), NOW_MS, 5) is Placed.DROPPED
    assert rows == before


@holds
@given(st.lists(st.integers(0, 30_000), max_size=60), st.integers(1, 10), st.sampled_from([0, 5_000]))
def test_times_never_fall_along_commits_that_came_in_order(times: list[int], intervals: int, distance_ms: int) -> None:
    rows = window.new()
    for order, moment in enumerate(times):
        window.place(rows, intervals, distance_ms, (order, order, moment), NOW_MS, 99)
        kept_times = [commit.timestamp_ms for commit in Commits(rows)]
        assert kept_times == sorted(kept_times)


def test_a_full_window_loses_its_oldest_commit() -> None:
    groups = store(intervals=3)
    for order in range(5):
        groups.commit(offset_commit(offset=order, order=order, timestamp_ms=NOW_MS + order), NOW_MS)
    assert [commit.offset for commit in kept(groups)] == [2, 3, 4]


def test_a_commit_soon_after_another_replaces_it_and_keeps_its_time() -> None:
    groups = store(min_distance=1)
    for order, after_ms in enumerate((0, 999, 1_000)):
        groups.commit(offset_commit(offset=order, order=order, timestamp_ms=NOW_MS + after_ms), NOW_MS)
    assert [(commit.offset, commit.timestamp_ms - NOW_MS) for commit in kept(groups)] == [(1, 0), (2, 1_000)]


def test_a_commit_that_comes_late_takes_its_place_with_an_unknown_lag() -> None:
    groups = store()
    for order in (1, 3, 2):
        groups.commit(offset_commit(offset=order, order=order, timestamp_ms=NOW_MS + order), NOW_MS)
    assert [(commit.order, commit.lag) for commit in kept(groups)] == [(1, 99), (2, None), (3, 97)]


def test_a_late_commit_of_the_same_moment_as_the_one_before_is_a_commit_of_its_own() -> None:
    groups = store()
    for order, after_ms in ((1, 0), (3, 1), (2, 0)):
        groups.commit(offset_commit(order=order, timestamp_ms=NOW_MS + after_ms), NOW_MS)
    assert [commit.order for commit in kept(groups)] == [1, 2, 3]


def test_a_commit_from_before_the_newest_end_offset_has_an_unknown_lag() -> None:
    groups = store()
    groups.commit(offset_commit(order=1), NOW_MS, replayed=True)
    groups.commit(offset_commit(order=2), NOW_MS)
    assert [commit.lag for commit in kept(groups)] == [None, 95]


def test_commits_can_be_taken_from_either_end_and_in_slices() -> None:
    rows = window.new()
    for order in range(3):
        window.place(rows, 3, 0, (order, order, NOW_MS + order), NOW_MS, 9)
    commits = Commits(rows)
    assert [commits[place].order for place in (0, -1, -3)] == [0, 2, 0]
    assert [commit.order for commit in commits[1:]] == [1, 2]
