"""A group's past: minutes for a day, hours for ninety days; one row per hour of minutes and per day of hours."""

from collections.abc import Iterable, Mapping
from typing import Any

from clusters.models import Cluster
from lag.collecting import rollup
from lag.collecting.rollup import HOUR_MS, MINUTE_MS, Bucket, Point, bucket_of, expired, merge
from lag.collecting.verdict_rows import GroupVerdict
from lag.models import History
from lag.records.wire import storable
from lag.types import Status

STRETCH = {MINUTE_MS: HOUR_MS, HOUR_MS: 24 * HOUR_MS}
ROW_KEPT_MS = {width: rollup.KEPT_MS[width] + stretch for width, stretch in STRETCH.items()}
BATCH = 200


class Recorder:
    """Gathers a shard's verdicts, and returns the minutes that are over."""

    def __init__(self) -> None:
        self.open: dict[str, Bucket] = {}

    def record(self, verdicts: Mapping[str, GroupVerdict], now_ms: int) -> dict[str, Bucket]:
        """Add a tick's verdicts; return the buckets that are complete, by group."""
        closed = {}
        for name, verdict in verdicts.items():
            new = bucket_of(Point(now_ms, verdict.status, verdict.total_lag, verdict.time_lag), MINUTE_MS)
            before = self.open.get(name)
            if before and before.start != new.start:
                closed[name] = before
            self.open[name] = merge(before, new) if before and before.start == new.start else new
        for name in self.open.keys() - verdicts.keys():
            closed[name] = self.open.pop(name)
        return closed


def save(cluster: Cluster, closed: Mapping[str, Bucket], now_ms: int) -> None:
    """Add complete minutes to the stored past, and to their hours, and drop what is too old."""
    if not closed:
        return
    for width in (MINUTE_MS, HOUR_MS):
        _add(cluster, width, {storable(name): widened(bucket, width) for name, bucket in closed.items()})
        History.objects.filter(cluster=cluster, width=width, start__lt=now_ms - ROW_KEPT_MS[width]).delete()


def widened(bucket: Bucket, width: int) -> Bucket:
    """Return a minute as the bucket of that width that contains it."""
    if bucket.width == width:
        return bucket
    start = bucket.start - bucket.start % width
    return Bucket(
        start, width, bucket.status, bucket.max_lag, bucket.max_time_lag_seconds, bucket.last_moment, bucket.last_lag
    )  # fmt: skip


def _add(cluster: Cluster, width: int, new: Mapping[str, Bucket]) -> None:
    """Merge buckets into their rows."""
    starts = {bucket.start - bucket.start % STRETCH[width] for bucket in new.values()}
    stored = History.objects.filter(cluster=cluster, width=width, start__in=starts, group__in=list(new))
    rows = {(row.group, row.start): row.buckets for row in stored}
    changed = []
    for group, bucket in new.items():
        start = bucket.start - bucket.start % STRETCH[width]
        buckets = merged(rows.get((group, start), []), bucket)
        changed.append(History(cluster=cluster, group=group, width=width, start=start, buckets=buckets))
    History.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["cluster", "group", "width", "start"],
        update_fields=["buckets"],
    )


def merged(rows: list[list[Any]], bucket: Bucket) -> list[list[Any]]:
    """Return a row's buckets with one more, merged with the one of the same start."""
    by_start = {row[0]: loaded(row, bucket.width) for row in rows}
    by_start[bucket.start] = merge(by_start[bucket.start], bucket) if bucket.start in by_start else bucket
    return [dumped(by_start[start]) for start in sorted(by_start)]


def dumped(bucket: Bucket) -> list[Any]:
    seconds_behind = bucket.max_time_lag_seconds
    seconds = None if seconds_behind is None else round(seconds_behind, 1)
    return [bucket.start, int(bucket.status), bucket.max_lag, seconds, bucket.last_moment, bucket.last_lag]


def loaded(row: list[Any], width: int) -> Bucket:
    start, status, max_lag, seconds, moment, last = row
    return Bucket(start, width, Status(status), max_lag, seconds, moment, last)


def past(cluster: Cluster, group: str, width: int, now_ms: int) -> list[Bucket]:
    """Return a group's buckets that have not expired, oldest first."""
    rows = History.objects.filter(cluster=cluster, group=group, width=width).order_by("start")
    return [
        bucket
        for stretch in rows.values_list("buckets", flat=True)
        for row in stretch
        if not expired(bucket := loaded(row, width), now_ms)
    ]


def last_hour(cluster: Cluster, groups: Iterable[str], now_ms: int) -> dict[str, list[Bucket]]:
    """Return the last hour's minutes of some groups, in one query."""
    since = now_ms - HOUR_MS
    rows = History.objects.filter(
        cluster=cluster, group__in=list(groups), width=MINUTE_MS, start__gte=since - since % HOUR_MS
    )
    buckets_by_group: dict[str, list[Bucket]] = {}
    for group, buckets in rows.order_by("start").values_list("group", "buckets"):
        buckets_by_group.setdefault(group, []).extend(loaded(row, MINUTE_MS) for row in buckets if row[0] >= since)
    return buckets_by_group
