"""A shard's state in the database: loaded when a worker becomes its owner, saved after every tick as a difference.

Windows, end offsets and positions are saved in one transaction that locks the shard's row: a worker that takes over
finds a state in which every record before the positions was applied once, and none after.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.lookups import Exact

from clusters.models import Cluster, Mirror
from core.leasing import LeaseLost, interval_elapsed
from lag.collecting import history
from lag.collecting.end_offsets import Ends
from lag.collecting.inventory_columns import show_in_lists
from lag.collecting.rollup import Bucket
from lag.collecting.verdict_rows import GroupVerdict
from lag.models import Forgotten, LagSettings, Shard, Source, TopicOffsets, WatchedGroup
from lag.records.partitioner import Partitioner
from lag.records.wire import storable
from lag.types import Status
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.checkpoint import CheckpointError, dump_arrays, dump_group, load_arrays, load_group, load_timelines
from lag.windows.group_store import GroupStore

VERDICT_FIELDS = [
    "source", "status", "since", "complete", "total_lag", "max_lag", "partitions", "bad", "time_lag",
    "time_lag_at_least", "lost",
    "last_commit_ms", "judged_at", "windows", "verdict",
]  # fmt: skip
BATCH = 200
TIMELINES_EVERY = timedelta(minutes=1)


@dataclass
class StoredShard:
    """What the database holds of a shard: groups' verdicts with their times, and their windows as bytes."""

    verdicts: dict[str, GroupVerdict] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)
    windows: dict[str, bytes] = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)
    written: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Positions and ends as this worker wrote them."""


def load(shard: Shard, settings: LagSettings) -> tuple[GroupStore, Ends, StoredShard]:
    """Return the shard as last saved. A group or topic that cannot be decoded is left out, and starts from nothing."""
    mirror = Mirror.objects.filter(cluster=shard.cluster).first()
    kafka_cluster_id = mirror.kafka_cluster_id if mirror else ""
    ends = Ends(shard.cluster.connection(), settings, BrokerOffsets(settings.intervals), kafka_cluster_id)
    for topic in TopicOffsets.objects.filter(cluster=shard.cluster):
        _restore_topic(ends, topic)
    store = GroupStore(settings.storage(), ends.broker)
    stored = StoredShard()
    for row in WatchedGroup.objects.filter(cluster=shard.cluster).only("name", "source", "windows", "since", "status"):
        if shard.has(row.source):
            _restore_group(store, stored, row)
    for source in Source.objects.filter(cluster=shard.cluster):
        if shard.has(source.partition):
            stored.positions[source.partition] = source.position
    return store, ends, stored


def stored_partitioner(cluster: Cluster) -> Partitioner:
    """Return the partitioner of the offsets topic as last seen."""
    return Partitioner(Source.objects.filter(cluster=cluster).count())


def of_shard(shard: Shard, field: str) -> "Exact[int]":
    """Return the condition that a partition of the offsets topic is the shard's (see ``Shard.has``)."""
    return Exact(F(field) % shard.count, shard.number)


def record_failure(shard: Shard, sentence: str, advice: str) -> None:
    """Store why a tick failed; the rest of the state stays as it is."""
    shard.error, shard.advice = sentence, advice
    with suppress(LeaseLost):
        shard.save_if_held(error=sentence, advice=advice)


def _restore_topic(ends: Ends, row: TopicOffsets) -> None:
    try:
        rings, timelines = load_arrays(bytes(row.rings)), load_timelines(bytes(row.timelines))
    except CheckpointError:
        return
    ends.broker.restore(row.topic, rings)
    ends.timelines[row.topic] = timelines
    ends.starts[row.topic] = row.starts


def _restore_group(store: GroupStore, stored: StoredShard, row: WatchedGroup) -> None:
    try:
        name, group = load_group(bytes(row.windows))
    except CheckpointError:
        name = row.name
    else:
        store.restore(name, group)
        stored.windows[name] = bytes(row.windows)
    stored.since[name] = row.since
    stored.verdicts[name] = GroupVerdict(Status(row.status), 0, 0, 0, 0, 0, 0, {})


@dataclass(frozen=True)
class Tick:
    """What a round came to: verdicts, position and end per source partition, and minutes that are complete.

    ``forgotten`` are the requests to forget that were carried out, to be deleted.
    """

    verdicts: Mapping[str, GroupVerdict]
    positions: Mapping[int, tuple[int, int]]
    closed: Mapping[str, Bucket]
    forgotten: Collection[int]
    now: datetime


class ShardWriter:
    """Saves what a tick changed."""

    def __init__(self, shard: Shard, stored: StoredShard, partitioner: Partitioner) -> None:
        self.shard, self.stored, self.partitioner = shard, stored, partitioner

    def save(self, store: GroupStore, ends: Ends, tick: Tick) -> None:
        """Write the difference.

        Raises:
            LeaseLost: another worker owns the shard; nothing was written.
        """
        with transaction.atomic():
            held = Shard.objects.select_for_update().filter(pk=self.shard.pk, fence=self.shard.fence).first()
            if held is None:
                raise LeaseLost
            windows = {name: dump_group(name, group) for name, group in store.groups() if self._is_new(name, store)}
            rows, since = self._rows(tick.verdicts, windows, self._taken(), tick.now)
            gone = [name for name in self.stored.verdicts if name not in tick.verdicts]
            self._write(rows, gone)
            write_topics(self.shard, ends, tick.now)
            write_positions(self.shard, tick.positions, self.stored.written)
            show_in_lists(self.shard, self.partitioner, tick.verdicts)
            history.save(self.shard.cluster, tick.closed, int(tick.now.timestamp() * 1000))
            Forgotten.objects.filter(pk__in=tick.forgotten).delete()
            Shard.objects.filter(pk=self.shard.pk).update(**self._progress())
        self._remember(tick.verdicts, windows, since, gone)
        self.stored.written = dict(tick.positions)
        store.changed.clear()
        ends.changed.clear()

    def _is_new(self, name: str, store: GroupStore) -> bool:
        return name in store.changed or name not in self.stored.windows

    def _progress(self) -> dict[str, object]:
        names = (
            "mode",
            "idle_before_ms",
            "error",
            "advice",
            "ticked_at",
            "ends_as_of",
            "seconds",
            "ticks",
            "records",
            "unread",
            "counts",
        )
        return {name: getattr(self.shard, name) for name in names}

    def _taken(self) -> set[str]:
        """Return our groups whose rows another shard wrote: when rights change, two may take a group for theirs."""
        if self.shard.count == 1:
            return set()
        rows = WatchedGroup.objects.filter(of_shard(self.shard, "source"), cluster=self.shard.cluster)
        present = set(rows.values_list("name", flat=True))
        gone = (name for name in self.stored.verdicts if storable(name) not in present)
        return {name for name in gone if self.shard.has(self.partitioner.partition_for(name))}

    def _rows(
        self, verdicts: Mapping[str, GroupVerdict], windows: Mapping[str, bytes], taken: Collection[str], now: datetime
    ) -> tuple[list[WatchedGroup], dict[str, datetime]]:
        """Return the rows to write, and since when each group has had its status."""
        rows, since = [], {}
        for name, verdict in verdicts.items():
            before = self.stored.verdicts.get(name)
            same = before is not None and before.status is verdict.status
            since[name] = self.stored.since[name] if same else now
            if verdict != before or name in windows or name in taken:
                packed = windows.get(name) or self.stored.windows[name]
                rows.append(self._row(name, verdict, packed, since[name], now))
        return rows, since

    def _row(self, name: str, verdict: GroupVerdict, windows: bytes, since: datetime, now: datetime) -> WatchedGroup:
        return WatchedGroup(
            cluster=self.shard.cluster,
            name=storable(name),
            source=self.partitioner.partition_for(name),
            status=verdict.status,
            since=since,
            complete=verdict.complete,
            total_lag=verdict.total_lag,
            max_lag=verdict.max_lag,
            partitions=verdict.partitions,
            bad=verdict.bad,
            time_lag=verdict.time_lag,
            time_lag_at_least=verdict.time_lag_at_least,
            lost=verdict.lost,
            last_commit_ms=verdict.last_commit_ms,
            judged_at=now,
            windows=windows,
            verdict=verdict.verdict,
        )

    def _write(self, rows: list[WatchedGroup], gone: list[str]) -> None:
        WatchedGroup.objects.bulk_create(
            {row.name: row for row in rows}.values(),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["cluster", "name"],
            update_fields=VERDICT_FIELDS,
        )
        names = [storable(name) for name in gone]
        for start in range(0, len(names), BATCH):
            batch, own_rows = names[start : start + BATCH], of_shard(self.shard, "source")
            WatchedGroup.objects.filter(own_rows, cluster=self.shard.cluster, name__in=batch).delete()

    def _remember(
        self,
        verdicts: Mapping[str, GroupVerdict],
        windows: Mapping[str, bytes],
        since: dict[str, datetime],
        gone: Iterable[str],
    ) -> None:
        self.stored.verdicts = dict(verdicts)
        self.stored.since = since
        self.stored.windows |= windows
        for name in gone:
            self.stored.windows.pop(name, None)


def write_topics(shard: Shard, ends: Ends, now: datetime) -> None:
    """Write the end offsets of the topics that were fetched, and remove those that are gone.

    The long histories are large and lose little by a minute, so they are written once a minute.
    """
    fields = ["ends", "starts", "rings"]
    if interval_elapsed(ends.timelines_saved_at, TIMELINES_EVERY, now):
        fields.append("timelines")
        ends.timelines_saved_at = now
        ends.changed |= ends.aged
        ends.aged.clear()
    present = [topic for topic in ends.changed if ends.broker.partition_count(topic)]
    TopicOffsets.objects.bulk_create(
        [_topic_row(shard, ends, topic, fields) for topic in present],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["cluster", "topic"],
        update_fields=fields,
    )
    gone = list(ends.changed.difference(present))
    TopicOffsets.objects.filter(cluster=shard.cluster, topic__in=gone).delete()


def _topic_row(shard: Shard, ends: Ends, topic: str, fields: list[str]) -> TopicOffsets:
    timelines = ends.timelines.get(topic, ()) if "timelines" in fields else ()
    if "timelines" not in fields:
        ends.aged.add(topic)
    return TopicOffsets(
        cluster=shard.cluster,
        topic=topic,
        ends=ends.broker.end_offsets(topic),
        starts=ends.starts.get(topic, []),
        rings=dump_arrays(ends.broker.rings_of(topic)),
        timelines=dump_arrays([timeline.dump() for timeline in timelines]),
    )


def write_positions(
    shard: Shard, positions: Mapping[int, tuple[int, int]], written: Mapping[int, tuple[int, int]]
) -> None:
    """Write how far each partition of the offsets topic is read, where that is news; remove it while it is not read."""
    if shard.mode == Shard.POLLING:
        Source.objects.filter(of_shard(shard, "partition"), cluster=shard.cluster).delete()
    Source.objects.bulk_create(
        [
            Source(cluster=shard.cluster, partition=partition, position=at, end=end)
            for partition, (at, end) in positions.items()
            if written.get(partition) != (at, end)
        ],
        update_conflicts=True,
        unique_fields=["cluster", "partition"],
        update_fields=["position", "end"],
    )
