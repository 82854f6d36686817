from lag.collecting import sampling
from tests.lag.factories import NOW_MS, kept, store

HOUR_MS = 3_600_000


def test_a_clock_that_was_set_back_does_not_freeze_what_is_asked() -> None:
    groups = store()
    for moment_ms, offset in ((NOW_MS, 5), (NOW_MS - HOUR_MS, 7), (NOW_MS - HOUR_MS + 10_000, 9)):
        sampling.sample(groups, {"g": {"t": {0: offset}}}, moment_ms)
        assert kept(groups)[-1].offset == offset


def test_only_a_change_counts_as_a_commit() -> None:
    groups = store()
    for step, offset in enumerate((5, 5, 6, 6, 6)):
        sampling.sample(groups, {"g": {"t": {0: offset}}}, NOW_MS + 10_000 * step)
    assert [commit.offset for commit in kept(groups)] == [5, 6]
