"""The history of lag, in minutes and hours."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lag.collecting.rollup import HOUR_MS, MINUTE_MS, Bucket, Point, bucket_of, expired, merge
from lag.types import Status
from tests.lag.properties import holds

DAY_MS = 24 * HOUR_MS
HOUR = 483_000 * HOUR_MS
points = st.builds(
    Point,
    moment=st.integers(HOUR, HOUR + HOUR_MS - 1),
    status=st.sampled_from(Status),
    lag=st.none() | st.integers(0, 1000),
    time_lag_seconds=st.none() | st.floats(0, 1e6),
)


def test_a_minute_keeps_the_worst_status_the_largest_lags_and_the_last_lag() -> None:
    seen = [
        Point(HOUR + 1_000, Status.OK, 10, 1.0),
        Point(HOUR + 11_000, Status.ERR, 500, 60.0),
        Point(HOUR + 21_000, Status.WARN, 30, None),
    ]
    whole = reduce(merge, (bucket_of(point, MINUTE_MS) for point in seen))
    assert whole == Bucket(HOUR, MINUTE_MS, Status.ERR, 500, 60.0, HOUR + 21_000, 30)


def test_an_unknown_lag_is_not_a_lag_of_zero() -> None:
    unknown = bucket_of(Point(HOUR, Status.OK, None, None), MINUTE_MS)
    bucket = bucket_of(Point(HOUR + 1, Status.OK, 0, 0.0), MINUTE_MS)
    assert (unknown.max_lag, unknown.last_lag, unknown.max_time_lag_seconds) == (None, None, None)
    assert (merge(unknown, bucket).max_lag, merge(unknown, bucket).max_time_lag_seconds) == (0, 0.0)


def test_of_two_points_of_one_moment_the_known_lag_is_the_last_one() -> None:
    without_lag, unknown = (bucket_of(Point(HOUR, Status.OK, lag, None), MINUTE_MS) for lag in (0, None))
    assert merge(without_lag, unknown).last_lag == merge(unknown, without_lag).last_lag == 0


def test_minutes_merge_into_their_hour_and_no_other() -> None:
    minute = bucket_of(Point(HOUR + 90_000, Status.STOP, 7, 3.0), MINUTE_MS)
    hour = bucket_of(Point(HOUR, Status.OK, 1, 1.0), HOUR_MS)
    assert merge(hour, minute) == Bucket(HOUR, HOUR_MS, Status.STOP, 7, 3.0, HOUR + 90_000, 7)
    with pytest.raises(ValueError, match="no time in common"):
        merge(bucket_of(Point(HOUR - 1, Status.OK, 1, 1.0), HOUR_MS), minute)


@pytest.mark.parametrize(("width", "kept_ms"), [(MINUTE_MS, DAY_MS), (HOUR_MS, 90 * DAY_MS)])
def test_minutes_are_kept_for_a_day_and_hours_for_ninety(width: int, kept_ms: int) -> None:
    bucket = bucket_of(Point(HOUR, Status.OK, 1, None), width)
    assert not expired(bucket, HOUR + width + kept_ms - 1)
    assert expired(bucket, HOUR + width + kept_ms)


@holds
@given(st.lists(points, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_merging_makes_no_difference(seen: list[Point], shuffler: st.DataObject) -> None:
    buckets = [bucket_of(point, HOUR_MS) for point in seen]
    mixed = buckets[:]
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]
    assert reduce(merge, mixed) == reduce(merge, buckets)


@holds
@given(st.lists(points, min_size=1, max_size=20))
def test_an_hour_made_of_minutes_is_the_hour_made_of_points(seen: list[Point]) -> None:
    minutes: dict[int, Bucket] = {}
    for bucket in (bucket_of(point, MINUTE_MS) for point in seen):
        minutes[bucket.start] = merge(minutes[bucket.start], bucket) if bucket.start in minutes else bucket
    of_minutes = reduce(merge, minutes.values(), bucket_of(seen[0], HOUR_MS))
    assert of_minutes == reduce(merge, (bucket_of(point, HOUR_MS) for point in seen))
