"""History of a group's lag in buckets: minutes for a day, hours for ninety days."""

from dataclasses import dataclass
from typing import TypeVar

from lag.types import Status

_Number = TypeVar("_Number", int, float)

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
_DAY_MS = 24 * HOUR_MS
KEPT_MS = {MINUTE_MS: _DAY_MS, HOUR_MS: 90 * _DAY_MS}


@dataclass(frozen=True, slots=True)
class Point:
    """What was known of a group, or of a partition, at a moment in milliseconds; None for an unknown lag."""

    moment: int
    status: Status
    lag: int | None
    time_lag_seconds: float | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """The points of one minute or hour: the worst status, the largest lags, and the last point's lag.

    ``start`` and ``last_moment`` are in milliseconds; ``width`` is MINUTE_MS or HOUR_MS.
    """

    start: int
    width: int
    status: Status
    max_lag: int | None
    max_time_lag_seconds: float | None
    last_moment: int
    last_lag: int | None


def bucket_of(point: Point, width: int) -> Bucket:
    start = point.moment - point.moment % width
    return Bucket(start, width, point.status, point.lag, point.time_lag_seconds, point.moment, point.lag)


def merge(bucket: Bucket, other: Bucket) -> Bucket:
    """Return both in one. The order of merging makes no difference.

    A minute merges into its hour. Raises ValueError where neither bucket's time contains the other's.
    """
    wide, narrow = (bucket, other) if bucket.width >= other.width else (other, bucket)
    if not wide.start <= narrow.start < wide.start + wide.width:
        raise ValueError(f"Buckets of {bucket.start} and of {other.start} have no time in common.")
    last = max(bucket, other, key=_recency)
    return Bucket(
        wide.start,
        wide.width,
        max(bucket.status, other.status),
        _larger(bucket.max_lag, other.max_lag),
        _larger(bucket.max_time_lag_seconds, other.max_time_lag_seconds),
        last.last_moment,
        last.last_lag,
    )


def expired(bucket: Bucket, now_ms: int) -> bool:
    """Tell whether a bucket is no longer kept: it ended more than a day ago, or ninety days for an hour."""
    return bucket.start + bucket.width <= now_ms - KEPT_MS[bucket.width]


def _recency(bucket: Bucket) -> tuple[int, int]:
    """Of two points of the same moment the larger lag counts, and a known one more than an unknown."""
    return bucket.last_moment, -1 if bucket.last_lag is None else bucket.last_lag


def _larger(number: _Number | None, other: _Number | None) -> _Number | None:
    if number is None or other is None:
        return other if number is None else number
    return max(number, other)
