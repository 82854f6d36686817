"""The end offsets that lag is measured against: fetched in bulk, remembered as in Burrow, and with their times."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from clusters.gateway import offsets, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.offsets import Watermarks
from clusters.gateway.result import Failure
from clusters.gateway.watermark_reader import WatermarkReader
from clusters.inventory.mirror import same_cluster
from core.leasing import interval_elapsed
from lag.models import LagSettings
from lag.verdicts.time_lag import TimeLag, time_lag
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.group_store import GroupStore
from lag.windows.timeline import Timeline

FOLLOW_ALL = 20_000  # partitions; above this, only topics that some group reads are followed
TIMEOUT = 5.0
EARLY = timedelta(seconds=1)  # ticks that come a little early count as in time


class Ends:
    """Keeps a cluster's end offsets fresh for one shard."""

    def __init__(
        self, connection: Connection, settings: LagSettings, broker: BrokerOffsets, cluster_id: str = ""
    ) -> None:
        """``cluster_id`` is the id of the cluster that must answer; empty where unknown."""
        self.connection, self.settings, self.broker, self.cluster_id = connection, settings, broker, cluster_id
        self.reader = WatermarkReader(connection)
        self.leaders: dict[str, tuple[int, ...]] = {}  # by topic and partition, as of the last listing
        self.requested: set[tuple[str, int]] = set()  # partitions whose end offsets were fetched between refreshes
        self.starts: dict[str, list[int | None]] = {}
        self.timelines: dict[str, list[Timeline]] = {}
        self.settled: dict[str, list[Watermarks]] = {}  # of topics whose short history has one number only
        self.seen_ms: dict[str, int] = {}  # when settled topics were last seen to be as they were
        self.listed_at: datetime | None = None
        self.fetched_at: datetime | None = None
        self.changed: set[str] = set()
        self.aged: set[str] = set()  # topics whose timelines were not saved with the rest
        self.timelines_saved_at: datetime | None = None
        self.failures: tuple[Failure, ...] = ()

    def due(self, now: datetime) -> bool:
        return interval_elapsed(self.fetched_at, timedelta(seconds=self.settings.offset_refresh) - EARLY, now)

    def refresh(self, store: GroupStore, now: datetime) -> None:
        """Fetch what is due: the list of topics, and the end offsets of the topics followed.

        Raises:
            KafkaFailure: the cluster is not reachable.
        """
        if interval_elapsed(self.listed_at, timedelta(seconds=self.settings.topic_refresh) - EARLY, now):
            self.list_topics(store, now)
            self.requested.clear()
        if self.due(now):
            leaders = self._leaders_of(self._followed(store))
            if leaders:
                marks, self.failures = self.reader.read(leaders, timeout=TIMEOUT)
                self._remember_all(marks, store, now)
            self.fetched_at = now

    def fetch_missing(self, partitions: Iterable[tuple[str, int]], store: GroupStore, now: datetime) -> None:
        """Fetch end offsets of partitions that have none yet, with their whole topics, so that commits on them count.

        A partition without an end offset is not requested again until the topics are listed next.

        Raises:
            KafkaFailure: the cluster is not reachable.
        """
        new = {partition for partition in partitions if self.broker.newest(*partition) is None} - self.requested
        if any(partition >= len(self.leaders.get(topic, ())) for topic, partition in new):
            self.list_topics(store, now)
        present = {topic for topic, partition in new if partition < len(self.leaders.get(topic, ()))}
        leaders = self._leaders_of(present)
        if leaders:
            marks, self.failures = offsets.watermarks(self.connection, leaders, leaders=leaders, timeout=TIMEOUT)
            self._remember_all(marks, store, now)
        self.requested |= new

    def list_topics(self, store: GroupStore, now: datetime) -> None:
        """List the topics; forget those that are gone.

        Raises:
            KafkaFailure: the cluster is not reachable.
        """
        cluster_id, leaders = topics.leaders(self.connection)
        same_cluster(self.connection.bootstrap_servers, self.cluster_id, cluster_id)
        self.leaders = leaders
        self.listed_at = now
        for topic in set(self.broker.topics()) - self.leaders.keys():
            self.forget(topic, store)

    def forget(self, topic: str, store: GroupStore) -> None:
        """Forget a deleted topic, in every group too."""
        store.delete_topic(topic)
        self._forget_ends(topic)

    def _forget_ends(self, topic: str) -> None:
        self.broker.delete_topic(topic)
        self.starts.pop(topic, None)
        self.timelines.pop(topic, None)
        self.settled.pop(topic, None)
        self.seen_ms.pop(topic, None)
        self.requested = {partition for partition in self.requested if partition[0] != topic}
        self.changed.add(topic)

    def _followed(self, store: GroupStore) -> Iterable[str]:
        if sum(map(len, self.leaders.values())) <= FOLLOW_ALL:
            return self.leaders.keys()
        read = {topic for _, group in store.groups() for topic in group.topics}
        return read & self.leaders.keys()

    def _leaders_of(self, names: Iterable[str]) -> dict[tuple[str, int], int]:
        return {(topic, partition): leader for topic in names for partition, leader in enumerate(self.leaders[topic])}

    def _remember_all(self, marks: Mapping[tuple[str, int], Watermarks], store: GroupStore, now: datetime) -> None:
        now_ms = int(now.timestamp() * 1000)
        for topic in {topic for topic, _ in marks}:
            topic_marks = [marks[topic, partition] for partition in range(len(self.leaders[topic]))]
            if self.settled.get(topic) == topic_marks:
                self.seen_ms[topic] = now_ms
            else:
                self._make_up(topic)
                self._remember(topic, topic_marks, store, now_ms)

    def _make_up(self, topic: str) -> None:
        """Add to the timelines until when a settled topic, which moves now, was as it was."""
        moment_ms = self.seen_ms.pop(topic, None)
        marks = self.settled.pop(topic, [])
        for timeline, mark in zip(self.timelines.get(topic, ()), marks, strict=False):
            if moment_ms is not None and mark.high is not None:
                timeline.add(moment_ms, mark.high)

    def _remember(self, topic: str, marks: list[Watermarks], store: GroupStore, now_ms: int) -> None:
        """Add a topic's end offsets to its history. Fewer partitions than before mean that it was created again.

        Commits stay, also those beyond an end that fell: what Kafka has forgotten of them it says by tombstones.
        """
        if len(marks) < self.broker.partition_count(topic):
            store.shrink_topic(topic, len(marks))
            self._forget_ends(topic)
        timelines = self.timelines.setdefault(topic, [])
        timelines.extend(Timeline() for _ in range(len(timelines), len(marks)))
        starts = [mark.low for mark in marks]
        if starts != self.starts.get(topic) or self._is_news(topic, marks):
            self.changed.add(topic)
        elif all(mark.high is not None for mark in marks):
            self.settled[topic] = marks
        self.starts[topic] = starts
        for partition, mark in enumerate(marks):
            if mark.high is not None:
                self.broker.add(topic, partition, len(marks), mark.high)
                timelines[partition].add(now_ms, mark.high)

    def _is_news(self, topic: str, marks: list[Watermarks]) -> bool:
        """Tell whether end offsets are worth saving: an idle topic's history repeats the same numbers."""
        histories = self.broker.histories(topic)
        return len(histories) != len(marks) or any(
            mark.high is not None and (len(history) < self.settings.intervals or set(history) != {mark.high})
            for mark, history in zip(marks, histories, strict=True)
        )

    def behind(self, topic: str, partition: int, committed: int, now_ms: int) -> TimeLag | None:
        """Return how far behind in time a committed offset is; None where no end offset was seen."""
        timelines = self.timelines.get(topic, ())
        return time_lag(committed, timelines[partition], now_ms) if partition < len(timelines) else None

    def lost(self, topic: str, partition: int, committed: int) -> int:
        """Return how many records from a committed offset on have expired unread."""
        starts = self.starts.get(topic, ())
        start = starts[partition] if partition < len(starts) else None
        return max(start - committed, 0) if start is not None else 0
