"""The end offsets that lag is measured against, fetched in bulk."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from clusters.gateway import offsets, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import Key, Watermarks
from clusters.gateway.reading.watermark_reader import WatermarkReader
from clusters.gateway.result import Failure
from clusters.inventory.mirror import same_cluster
from core.leasing import interval_elapsed
from lag.collecting.end_history import EndHistory
from lag.models import LagSettings
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.group_store import GroupStore

FOLLOW_ALL = 20_000  # partitions; above this, only topics that some group reads are followed
TIMEOUT = 5.0
ASKING = 2.0  # seconds for one coordinator
NOBODY: Mapping[Key, int] = {}
EARLY = timedelta(seconds=1)  # ticks that come a little early count as in time
SPREADING = timedelta(seconds=20)  # until the last broker has heard of a new topic


class Ends(EndHistory):
    """Keeps a cluster's end offsets fresh for one shard."""

    def __init__(
        self, connection: Connection, settings: LagSettings, broker: BrokerOffsets, cluster_id: str = ""
    ) -> None:
        """``cluster_id`` is the id of the cluster that must answer; empty where unknown."""
        super().__init__(broker, settings.intervals)
        self.connection, self.settings, self.cluster_id = connection, settings, cluster_id
        self.reader = WatermarkReader(connection)
        self.leaders: dict[str, tuple[int, ...]] = {}  # by topic and partition, as of the last listing
        self.told: dict[str, datetime] = {}  # topics that a coordinator knew before the others, and when
        self.requested: set[Key] = set()  # partitions whose end offsets were fetched between refreshes
        self.listed_at: datetime | None = None
        self.fetched_at: datetime | None = None
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

    def fetch_missing(
        self, partitions: Iterable[Key], store: GroupStore, now: datetime, coordinators: Mapping[Key, int] = NOBODY
    ) -> None:
        """Fetch end offsets of partitions that have none yet, with their whole topics, so that commits on them count.

        A partition without an end offset is not requested again until the topics are listed next. ``coordinators`` took
        the commits, and so know topics that are too new for the broker that happens to list them.

        Raises:
            KafkaFailure: the cluster is not reachable.
        """
        new = {partition for partition in partitions if self.broker.newest(*partition) is None} - self.requested
        if not all(map(self._is_present, new)):
            self.list_topics(store, now)
            absent = [key for key in new if not self._is_present(key)]
            self._ask_coordinators({key: coordinators[key] for key in absent if key in coordinators}, now)
        present = {key[0] for key in filter(self._is_present, new)}
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
        self.told = {topic: moment for topic, moment in self.told.items() if now - moment < SPREADING}
        self.leaders = {topic: self.leaders[topic] for topic in self.told} | leaders
        self.listed_at = now
        for topic in set(self.broker.topics()) - self.leaders.keys():
            self.forget(topic, store)

    def forget(self, topic: str, store: GroupStore) -> None:
        """Forget a deleted topic, in every group too."""
        store.delete_topic(topic)
        self.forget_ends(topic)

    def forget_ends(self, topic: str) -> None:
        super().forget_ends(topic)
        self.requested = {partition for partition in self.requested if partition[0] != topic}

    def _followed(self, store: GroupStore) -> Iterable[str]:
        if sum(map(len, self.leaders.values())) <= FOLLOW_ALL:
            return self.leaders.keys()
        read = {topic for _, group in store.groups() for topic in group.topics}
        return read & self.leaders.keys()

    def _is_present(self, key: Key) -> bool:
        topic, partition = key
        return partition < len(self.leaders.get(topic, ()))

    def _ask_coordinators(self, coordinators: Mapping[Key, int], now: datetime) -> None:
        for broker in set(coordinators.values()):
            keys = [key for key in coordinators if coordinators[key] == broker]
            with suppress(KafkaFailure):
                leaders, _ = offsets.leaders_now(self.connection, keys, ASKING, broker)
                for topic in {topic for topic, _ in leaders}:
                    self.leaders[topic] = tuple(leaders[key] for key in sorted(leaders) if key[0] == topic)
                    self.told[topic] = now

    def _leaders_of(self, names: Iterable[str]) -> dict[Key, int]:
        return {(topic, partition): leader for topic in names for partition, leader in enumerate(self.leaders[topic])}

    def _remember_all(self, marks: Mapping[tuple[str, int], Watermarks], store: GroupStore, now: datetime) -> None:
        now_ms = int(now.timestamp() * 1000)
        for topic in {topic for topic, _ in marks}:
            topic_marks = [marks[topic, partition] for partition in range(len(self.leaders[topic]))]
            # Fewer partitions than before mean that it was created again. Commits stay, also those beyond an end that
            # fell: what Kafka has forgotten of them it says by tombstones.
            if len(topic_marks) < self.broker.partition_count(topic):
                store.shrink_topic(topic, len(topic_marks))
                self.forget_ends(topic)
            self.note(topic, topic_marks, now_ms)
