"""The end offsets that lag is measured against: fetched in bulk, remembered as Burrow does, and with their times."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from clusters.gateway import offsets, topics
from clusters.gateway.connection import Connection
from clusters.gateway.offsets import Watermarks
from clusters.gateway.result import Failure
from lag.broker_offsets import BrokerOffsets
from lag.models import LagSettings
from lag.storage import GroupStore

FOLLOW_ALL = 20_000  # partitions; above, only topics that some group reads are followed
TIMEOUT = 5.0


class Ends:
    """Keeps a cluster's end offsets fresh for one shard."""

    def __init__(self, connection: Connection, settings: LagSettings, broker: BrokerOffsets) -> None:
        self.connection, self.settings, self.broker = connection, settings, broker
        self.partitions: dict[str, int] = {}
        self.starts: dict[str, list[int | None]] = {}
        self.listed_at: datetime | None = None
        self.fetched_at: datetime | None = None
        self.changed: set[str] = set()
        self.failures: tuple[Failure, ...] = ()

    def due(self, now: datetime) -> bool:
        """Tell whether the end offsets are to be fetched again."""
        return self.fetched_at is None or now - self.fetched_at >= timedelta(seconds=self.settings.offset_refresh)

    def refresh(self, store: GroupStore, now: datetime) -> None:
        """Fetch what is due: the list of topics, and the end offsets of those that are followed.

        Raises:
            KafkaFailure: the cluster is not reachable.
        """
        if self.listed_at is None or now - self.listed_at >= timedelta(seconds=self.settings.topic_refresh):
            self._list_topics(store, now)
        if self.due(now):
            self._fetch(self._followed(store), store)
            self.fetched_at = now

    def know(self, wanted: Iterable[str], store: GroupStore, now: datetime) -> None:
        """Fetch the end offsets of topics of which none are known, so that commits on them count.

        Raises:
            KafkaFailure: the cluster is not reachable.
        """
        unknown = {topic for topic in wanted if not self.broker.partition_count(topic)}
        if unknown - self.partitions.keys():
            self._list_topics(store, now)
        self._fetch(unknown & self.partitions.keys(), store)

    def _list_topics(self, store: GroupStore, now: datetime) -> None:
        """Learn which topics there are; forget those that are gone."""
        listed = topics.list_topics(self.connection).topics
        self.partitions = {topic.name: len(topic.partitions) for topic in listed}
        self.listed_at = now
        for topic in set(self.broker.topics()) - self.partitions.keys():
            self.forget(topic, store)

    def forget(self, topic: str, store: GroupStore) -> None:
        """Forget a topic that is gone, in every group too."""
        store.delete_topic(topic)
        self.broker.delete_topic(topic)
        self.starts.pop(topic, None)
        self.changed.add(topic)

    def _followed(self, store: GroupStore) -> Iterable[str]:
        if sum(self.partitions.values()) <= FOLLOW_ALL:
            return self.partitions.keys()
        read = {topic for _, group in store.groups() for topic in group.topics}
        return read & self.partitions.keys()

    def _fetch(self, wanted: Iterable[str], store: GroupStore) -> None:
        asked = [(topic, number) for topic in wanted for number in range(self.partitions[topic])]
        if not asked:
            return
        marks, self.failures = offsets.watermarks(self.connection, asked, timeout=TIMEOUT)
        for topic in {topic for topic, _ in asked}:
            self._remember(topic, [marks[topic, number] for number in range(self.partitions[topic])], store)

    def _remember(self, topic: str, marks: list[Watermarks], store: GroupStore) -> None:
        """Add a topic's end offsets to its history. Fewer partitions than before mean that it was made anew."""
        if len(marks) < self.broker.partition_count(topic):
            self.forget(topic, store)
        for number, mark in enumerate(marks):
            if mark.high is not None:
                self._drop_impossible(topic, number, mark.high, store)
                self.broker.add(topic, number, len(marks), mark.high)
        self.starts[topic] = [mark.low for mark in marks]
        self.changed.add(topic)

    def _drop_impossible(self, topic: str, number: int, end: int, store: GroupStore) -> None:
        """Forget commits beyond an end that fell: the topic was made anew, or truncated, and they mean nothing now."""
        before = self.broker.newest(topic, number)
        if before is not None and end < before:
            store.drop_beyond(topic, number, end)
