"""What goes wrong in the middle of a round: a database that fails, a log cut off, what is too new."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource
from django.db import OperationalError

from clusters.gateway import topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.offsets import watermarks
from clusters.models import Cluster
from lag.models import LagSettings, Shard, Source, WatchedGroup
from tests.conftest import known_cluster
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, connection_of, create_topic, produce
from tests.kafka.waiting import eventually
from tests.lag.collecting.conftest import Collect, collecting, offsets_in_window, restart, row, until

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def test_commits_that_were_taken_when_the_database_failed_are_read_again(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("steady")
    produce(kafka, topic, ["a"] * 10)
    commit(kafka, group, {(topic, 0): 1})
    until(collect, lambda: offsets_in_window(cluster, group, topic) == [1])
    for offset in (2, 3, 4):
        commit(kafka, group, {(topic, 0): offset})
    renew, calls = Shard.renew, []

    def failing(shard: Shard, now: datetime) -> None:
        """Fail the second time: the first is the round's beginning, the second comes after records were taken."""
        calls.append(now)
        if len(calls) == 2:
            raise OperationalError("the database went away")
        renew(shard, now)

    monkeypatch.setattr(Shard, "renew", failing)
    with pytest.raises(OperationalError):
        until_failed(collect)
    commit(kafka, group, {(topic, 0): 5})
    until(collect, lambda: offsets_in_window(cluster, group, topic)[-1:] == [5])
    assert offsets_in_window(cluster, group, topic) == [1, 2, 3, 4, 5]


def test_a_commit_counts_on_a_topic_so_new_that_not_all_brokers_know_it(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, group, topic = unique("seen"), unique("early"), unique("new")
    LagSettings.objects.create(cluster=cluster, topic_refresh=3600, offset_refresh=3600)
    commit(kafka, seen, {(create_topic(kafka, unique("work")), 0): 0})
    until(collect, lambda: row(seen))
    listed = topics.leaders

    def behind_the_times(connection: Connection) -> tuple[str, dict[str, tuple[int, ...]]]:
        cluster_id, leaders = listed(connection)
        return cluster_id, {name: partitions for name, partitions in leaders.items() if name != topic}

    monkeypatch.setattr(topics, "leaders", behind_the_times)
    produce(kafka, create_topic(kafka, topic), ["a"] * 3)
    commit(kafka, group, {(topic, 0): 1})
    until(collect, lambda: offsets_in_window(cluster, group, topic) == [1])
    assert WatchedGroup.objects.get(name=group).total_lag == 2


def until_failed(collect: Collect) -> None:
    """Collect until a round fails."""
    for _ in range(50):
        collect()


@pytest.fixture
def own() -> Iterator[KafkaCluster]:
    """A broker whose offsets topic is cut off here."""
    with KafkaCluster(1) as kafka:
        yield kafka


def first_offset(kafka: KafkaCluster, source: int) -> int:
    """Return the oldest offset that is still there in a partition of the offsets topic."""
    marks, _ = watermarks(connection_of(kafka), [("__consumer_offsets", source)])
    return marks["__consumer_offsets", source].low or 0


@pytest.mark.timeout(300)
def test_where_records_were_deleted_unread_reading_goes_on_and_says_so(
    own: KafkaCluster, caplog: pytest.LogCaptureFixture
) -> None:
    cluster = known_cluster(own, slug="own")
    topic, group, quiet = create_topic(own, "work"), "steady", "quiet"
    produce(own, topic, ["a"] * 10)
    with collecting(cluster) as collect:
        collect()  # there is no offsets topic yet; it is read as soon as it is there
        for offset in (1, 2, 3):
            commit(own, group, {(topic, 0): offset})
        commit(own, quiet, {(topic, 0): 3})
        until(collect, lambda: offsets_in_window(cluster, group, topic) == [1, 2, 3], timeout=30)
        restart(cluster)  # or what was fetched ahead would be read after all
        source = Source.objects.get(partition=WatchedGroup.objects.get(name=group).source)
        for offset in (4, 5):
            commit(own, group, {(topic, 0): offset})
        configure(own, {"cleanup.policy": "delete", "retention.ms": "1", "segment.ms": "100"})
        eventually(lambda: first_offset(own, source.partition) > source.position, timeout=120)
        configure(own, {"cleanup.policy": "compact"})
        commit(own, group, {(topic, 0): 6})
        until(collect, lambda: offsets_in_window(cluster, group, topic)[-1:] == [6])
        collect()
        shard = Shard.objects.get(cluster=cluster)
    assert offsets_in_window(cluster, group, topic) == [1, 2, 3, 6]
    assert offsets_in_window(cluster, quiet, topic) == [3]
    assert (shard.error, shard.counts["deleted before it was read"]) == ("", 2)
    assert "2 records of __consumer_offsets" in caplog.text


def configure(kafka: KafkaCluster, settings: dict[str, str]) -> None:
    """Set the offsets topic's settings, and unset the rest."""
    resource = ConfigResource(ConfigResource.Type.TOPIC, "__consumer_offsets", set_config=settings)
    admin = AdminClient(kafka.client_config())
    admin.alter_configs([resource])[resource].result(15)
