"""One shard's collector: reads commits to the end, applies them, judges, saves. It lives in the shard's owner.

Kafka requests per tick: one list-offsets per leader for the offsets topic's ends, the fetches themselves, and, every
``offset-refresh``, two list-offsets per leader and thousand partitions.
"""

import logging
import time
from datetime import UTC, datetime, timedelta

from django.forms.models import model_to_dict

from clusters.gateway import groups, offsets, topics
from clusters.gateway.errors import KafkaFailure, NotAuthorized, NotFound
from clusters.gateway.offsets_topic import TOPIC, OffsetsTopicReader, Record
from clusters.models import Cluster
from core.leasing import interval_elapsed
from lag.collecting import persistence, sampling
from lag.collecting.end_offsets import EARLY
from lag.collecting.forgetting import apply_forgotten
from lag.collecting.history import Recorder
from lag.collecting.start_positions import is_readable, log_starts, starts
from lag.collecting.verdict_rows import judge_all
from lag.models import Shard
from lag.records.commits import names_in_key
from lag.records.partitioner import Partitioner
from lag.settings import EvaluatorSettingsByGroup, settings_of
from lag.windows import shard as engine
from lag.windows.group_filter import GroupFilter
from lag.windows.group_store import GroupStore

JUDGED_EVERY = timedelta(seconds=5)  # also where nothing happens: a verdict depends on the time
CHECKED_EVERY = timedelta(seconds=3)  # between two looks whether connection or settings were edited
READ_SECONDS = 3.0  # per tick; the rest is read in the next
FRESH = timedelta(seconds=20)  # an older commit is from before the newest end offset: its lag is unknown
DELETED = "deleted before it was read"
RETRY_READING = timedelta(minutes=1)  # between two attempts to read the offsets topic after a refusal
log = logging.getLogger(__name__)


class Collector:
    """The state of one shard between ticks."""

    def __init__(self, shard: Shard) -> None:
        self.shard, self.cluster = shard, shard.cluster
        self.connection = self.cluster.connection()
        self.settings = settings_of(self.cluster)
        store, self.ends, self.stored = persistence.load(shard, self.settings)
        self.accepts = GroupFilter(self.settings.commit_allowlist, self.settings.commit_denylist)
        self.engine = engine.Shard(store, dict(self.stored.positions), self.accepts)
        self.recorder = Recorder()
        self.reader: OffsetsTopicReader | None = None
        self.refused_at: datetime | None = None
        self.sampled_for: datetime | None = None
        self.reaped_at: datetime | None = None
        self.last_tick: datetime | None = None
        self.judged: tuple[object, ...] = ()
        self.judged_at: datetime | None = None
        self.checked_at: datetime | None = None
        self.old_until: dict[int, int] = {}
        self.partitioner = persistence.stored_partitioner(self.cluster)

    @property
    def store(self) -> GroupStore:
        return self.engine.store

    def tick(self) -> None:
        """Do one round. What failed is stated in the shard's row; what succeeded is saved.

        Raises:
            LeaseLost: another worker owns the shard.
        """
        begun, now = time.monotonic(), datetime.now(UTC)
        try:
            self._refresh(now)
            source_ends = self._read(now) if self._may_read(now) else self._poll(now)
            self._reap(now)
            forgotten = apply_forgotten(self.cluster, self.store, self._is_mine)
        except KafkaFailure as failure:
            self._close_reader()
            persistence.record_failure(self.shard, failure.sentence, failure.advice)
            return
        if forgotten or not self._is_quiet(source_ends, now):
            self._save(source_ends, forgotten, begun)
            self.judged, self.judged_at = self._state(source_ends), now
        else:
            self._note_tick(begun)
        self.last_tick = datetime.now(UTC)

    def _state(self, source_ends: dict[int, int]) -> tuple[object, ...]:
        """Return what must change for a round to have news, beside windows and ends that say so themselves."""
        shard = self.shard
        return (source_ends, self.ends.fetched_at, shard.error, shard.mode, shard.idle_before_ms, shard.records)

    def _is_quiet(self, source_ends: dict[int, int], now: datetime) -> bool:
        """Tell whether nothing happened since groups were judged, a moment ago: then nothing is judged nor written."""
        return (
            not interval_elapsed(self.judged_at, JUDGED_EVERY, now)
            and not (self.store.changed or self.ends.changed)
            and self._state(source_ends) == self.judged
        )

    def _note_tick(self, begun: float) -> None:
        """Store that a round was done, which had no news.

        Raises:
            LeaseLost: another worker owns the shard.
        """
        shard = self.shard
        shard.ticks, shard.ticked_at, shard.seconds = shard.ticks + 1, datetime.now(UTC), time.monotonic() - begun
        shard.save_if_held(ticks=shard.ticks, ticked_at=shard.ticked_at, seconds=shard.seconds)

    def is_outdated(self) -> bool:
        """Tell whether the cluster's connection or its settings were edited since the state was loaded."""
        now = datetime.now(UTC)
        if not interval_elapsed(self.checked_at, CHECKED_EVERY, now):
            return False
        self.checked_at = now
        cluster = Cluster.objects.filter(pk=self.cluster.pk).first()
        if cluster is None or cluster.connection() != self.connection:
            return True
        return model_to_dict(settings_of(cluster)) != model_to_dict(self.settings)

    def close(self) -> None:
        self._close_reader()

    def _refresh(self, now: datetime) -> None:
        self.ends.refresh(self.store, now)
        self.shard.error = " ".join(dict.fromkeys(failure.sentence for failure in self.ends.failures))
        self.shard.advice = (
            "The lag of these partitions is as of the last time they answered." if self.shard.error else ""
        )

    def _reap(self, now: datetime) -> None:
        """Forget groups that Kafka no longer lists, where the settings ask for that and every broker answered."""
        every = timedelta(seconds=self.settings.groups_reaper_refresh)
        if not every or not interval_elapsed(self.reaped_at, every - EARLY, now):
            return
        listed = groups.list_groups(self.connection)
        if not listed.failures:
            for name in set(self.store.names()) - {group.name for group in listed.items}:
                self.store.delete_group(name)
        self.reaped_at = now

    def _may_read(self, now: datetime) -> bool:
        return interval_elapsed(self.refused_at, RETRY_READING, now)

    def _read(self, now: datetime) -> dict[int, int]:
        """Read the offsets topic to its present end; poll instead where that is refused."""
        try:
            source_ends = self._source_ends(now)
            self._start_where_new(source_ends)
            if not self._has_left_polling(source_ends):
                return self._poll_after_refusal(now)
            self._mark_old_records(source_ends, now)
            self._read_on(source_ends, now)
        except NotAuthorized:
            return self._poll_after_refusal(now)
        self._fill_idle(source_ends, now)
        return source_ends

    def _poll_after_refusal(self, now: datetime) -> dict[int, int]:
        self.refused_at = now
        return self._poll(now)

    def _read_on(self, source_ends: dict[int, int], now: datetime) -> None:
        try:
            for batch in self._reader().read(self.engine.positions, source_ends, READ_SECONDS):
                self._apply(batch, now)
        except NotAuthorized:
            raise
        except KafkaFailure:
            if not self._go_past_deleted(source_ends):
                raise
        self._skip_gaps()

    def _go_past_deleted(self, source_ends: dict[int, int]) -> bool:
        """Continue at the log's start where records were deleted before they were read; tell whether any were."""
        lows, _ = log_starts(self.connection, source_ends)
        positions = self.engine.positions
        missed = {number: low - positions[number] for number, low in lows.items() if low > positions[number]}
        for number, records in missed.items():
            log.warning(
                "%s: %s records of %s-%s were deleted before they were read.", self.cluster, records, TOPIC, number
            )
            self.engine.counts[DELETED] += records
            positions[number] = lows[number]
        if missed:
            self.shard.idle_before_ms = self.shard.idle_before_ms or time.time_ns() // 1_000_000
            self._close_reader()
        return bool(missed)

    def _fill_idle(self, source_ends: dict[int, int], now: datetime) -> None:
        """Once everything recent is read, poll the offsets of groups that have not committed since."""
        moment_ms = self.shard.idle_before_ms
        if moment_ms is None or any(self.engine.positions[partition] < end for partition, end in source_ends.items()):
            return
        committed, complete = sampling.poll(self.connection, self._is_wanted)
        self.ends.fetch_missing(sampling.partitions(committed), self.store, now)
        sampling.fill_idle(self.store, committed, moment_ms, time.time_ns() // 1_000_000)
        self.shard.idle_before_ms = None if complete else moment_ms

    def _is_mine(self, group: str) -> bool:
        return self.shard.has(self.partitioner.partition_for(group))

    def _is_wanted(self, group: str) -> bool:
        return self._is_mine(group) and self.accepts(group)

    def _present_partitioner(self) -> Partitioner:
        return Partitioner(len(self.ends.leaders.get(TOPIC, ())))

    def _skip_gaps(self) -> None:
        """Skip the offsets before an end that have no record."""
        for source, offset in (self.reader.reached if self.reader else {}).items():
            self.engine.positions[source] = max(self.engine.positions.get(source, 0), offset)

    def _source_ends(self, now: datetime) -> dict[int, int]:
        """Return the ends of this shard's partitions of the offsets topic; none where it does not exist yet.

        Raises:
            KafkaFailure: with the cause.
        """
        self.partitioner = self._present_partitioner() or self._new_partitioner(now)
        partitions = [number for number in range(self.partitioner.count) if self.shard.has(number)]
        if not partitions:
            return {}
        leaders = {(TOPIC, number): self.ends.leaders[TOPIC][number] for number in partitions}
        marks, failures = offsets.end_offsets(self.connection, leaders, leaders=leaders)
        ends = {number: end for (_, number), end in marks.items() if end is not None}
        if failures and not ends:
            raise KafkaFailure(failures[0].sentence, "Look at the brokers that lead the offsets topic.")
        return ends

    def _new_partitioner(self, now: datetime) -> Partitioner:
        """Look for the offsets topic at once, not at the next refresh: Kafka creates it for the first group.

        Raises:
            NotAuthorized: it may exist, but may not be described.
        """
        try:
            topics.describe(self.connection, TOPIC)
        except NotFound:
            return Partitioner(0)
        self.ends.list_topics(self.store, now)
        return self._present_partitioner()

    def _has_left_polling(self, source_ends: dict[int, int]) -> bool:
        """Start from nothing once reading is allowed, which only a read proves: samples and commits don't mix."""
        if self.shard.mode == Shard.POLLING:
            if source_ends and not is_readable(self.connection, self.engine.positions, source_ends):
                return False
            self._forget_groups()
            self.shard.mode = Shard.READING
        self.refused_at = None
        return True

    def _start_where_new(self, source_ends: dict[int, int]) -> None:
        """Choose where to start in partitions that were never read, or were created again."""
        positions = self.engine.positions
        remade = [number for number, end in source_ends.items() if positions.get(number, 0) > end]
        for number in remade:
            del positions[number]
            self._forget_groups(number)
        new = source_ends.keys() - positions.keys()
        if new:
            first, moment_ms = starts(self.connection, {number: source_ends[number] for number in new})
            positions |= first
            self.shard.idle_before_ms = moment_ms or self.shard.idle_before_ms
            self._close_reader()

    def _forget_groups(self, source: int | None = None) -> None:
        """Forget all groups, or those of one partition of the offsets topic."""
        for name in self.store.names():
            if source is None or self.partitioner.partition_for(name) == source:
                self.store.delete_group(name)

    def _mark_old_records(self, source_ends: dict[int, int], now: datetime) -> None:
        """After a pause, records written meanwhile cannot be measured against today's end offsets."""
        if self.last_tick is None or now - self.last_tick > FRESH:
            self.old_until = dict(source_ends)

    def _reader(self) -> OffsetsTopicReader:
        if self.reader is None:
            self.reader = OffsetsTopicReader(self.connection, self.engine.positions)
        return self.reader

    def _apply(self, batch: list[Record], now: datetime) -> None:
        """Apply records, once the end offsets of every partition they name are known."""
        self.shard.renew(datetime.now(UTC))
        self._fetch_missing_ends(batch, now)
        fresh_ms = int((now - FRESH).timestamp() * 1000)
        self.engine.apply_all(batch, time.time_ns() // 1_000_000, fresh_ms, self.old_until)
        self.shard.records += len(batch)

    def _fetch_missing_ends(self, batch: list[Record], now: datetime) -> None:
        keys = {key for _, _, key, _, _ in batch if key and not self.engine.has_target(key)}
        names = filter(None, map(names_in_key, keys))
        partitions = {(topic, partition) for group, topic, partition in names if self.accepts(group)}
        self.ends.fetch_missing(partitions, self.store, now)

    def _poll(self, now: datetime) -> dict[int, int]:
        """Sample committed offsets, once per refresh of the end offsets."""
        self._begin_polling()
        if self.sampled_for != self.ends.fetched_at:
            committed, complete = sampling.poll(self.connection, self._is_wanted)
            self.ends.fetch_missing(sampling.partitions(committed), self.store, now)
            sampling.sample(self.store, committed, time.time_ns() // 1_000_000)
            if complete:
                for name in set(self.store.names()) - committed.keys():
                    self.store.delete_group(name)
            self.sampled_for = self.ends.fetched_at
        return {}

    def _begin_polling(self) -> None:
        """Stop reading the offsets topic. If even its partitions are unknown, all groups belong to the first shard."""
        if self.shard.mode != Shard.POLLING:
            self._forget_groups()
            self.shard.mode = Shard.POLLING
        self.partitioner = self._present_partitioner()
        self.engine.positions.clear()
        self.shard.idle_before_ms = None
        self._close_reader()

    def _save(self, source_ends: dict[int, int], forgotten: list[int], begun: float) -> None:
        now = datetime.now(UTC)
        settings = EvaluatorSettingsByGroup(self.cluster, self.settings)
        verdicts = judge_all(self.store, self.cluster.name, settings, self.ends, int(now.timestamp() * 1000))
        positions = {number: (self.engine.positions[number], end) for number, end in source_ends.items()}
        self.shard.unread = sum(max(end - at, 0) for at, end in positions.values())
        self.shard.counts = dict(self.engine.counts + type(self.engine.counts)(self.shard.counts))
        self.engine.counts.clear()
        self.shard.ticks += 1
        self.shard.ticked_at, self.shard.ends_as_of = now, self.ends.fetched_at
        self.shard.seconds = time.monotonic() - begun
        closed = self.recorder.record(verdicts, int(now.timestamp() * 1000))
        writer = persistence.ShardWriter(self.shard, self.stored, self.partitioner)
        writer.save(self.store, verdicts, self.ends, positions, closed, forgotten, now)

    def _close_reader(self) -> None:
        if self.reader:
            self.reader.close()
            self.reader = None
