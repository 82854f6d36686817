"""What expired unread, and how soon retention reaches what is unread."""

import pytest

from lag.verdicts.retention import Horizon, horizon
from lag.windows.timeline import Timeline
from tests.lag.factories import NOW_MS, timeline

HOUR_MS = 3_600_000
HISTORY = timeline(*((hour * HOUR_MS, hour * 100 + 1_000) for hour in range(-10, 1)))


def test_records_deleted_before_they_were_read_are_counted() -> None:
    limit = horizon(100, 223, HISTORY, HOUR_MS, NOW_MS)
    assert limit == Horizon(123, 0.0)
    assert limit.sentence == "123 records deleted by retention before being consumed"


def test_one_lost_record_is_not_several() -> None:
    assert horizon(100, 101, HISTORY, HOUR_MS, NOW_MS).sentence == "1 record deleted by retention before being consumed"


def test_the_oldest_unread_record_expires_one_retention_after_it_was_written() -> None:
    limit = horizon(550, 100, HISTORY, 24 * HOUR_MS, NOW_MS)
    assert limit.seconds_left == pytest.approx(19.5 * 3600, abs=60)
    assert limit.sentence.startswith("unconsumed records reach retention in 19 h")


def test_a_record_past_its_retention_may_go_at_any_moment() -> None:
    limit = horizon(550, 100, HISTORY, HOUR_MS, NOW_MS)
    assert (limit.seconds_left, limit.sentence) == (0.0, "unconsumed records may reach retention at any moment")


def test_a_record_older_than_the_history_has_at_most_the_rest() -> None:
    limit = horizon(-50, -100, HISTORY, 24 * HOUR_MS, NOW_MS)
    assert limit == Horizon(0, 14 * 3600.0, at_most=True)
    assert limit.sentence == "unconsumed records reach retention in ≤ 14 h"


@pytest.mark.parametrize("retention_ms", [None, -1])
def test_where_age_deletes_nothing_nothing_expires(retention_ms: int | None) -> None:
    assert horizon(550, 100, HISTORY, retention_ms, NOW_MS) == Horizon(0, None)


def test_who_read_everything_has_nothing_to_lose() -> None:
    limit = horizon(1_000, 100, HISTORY, HOUR_MS, NOW_MS)
    assert (limit, limit.sentence) == (Horizon(0, None), "")


def test_an_unknown_start_and_an_empty_history_are_unknown() -> None:
    assert horizon(550, None, Timeline(), HOUR_MS, NOW_MS) == Horizon(None, None)
