"""Extremes on a real Kafka: 2,000 partitions, a thousand commits in a row, leaders that move, a compacted log."""

from collections.abc import Callable, Iterator

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from django.test import Client

from clusters.gateway import configs
from clusters.models import Cluster
from lag.models import Shard, WatchedGroup
from lag.records.partitioner import Partitioner
from lag.types import Status
from tests.conftest import known_cluster
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, connection_of, create_topic, produce
from tests.kafka.waiting import eventually
from tests.lag.collecting.conftest import (
    Collect,
    collecting,
    now_ms,
    offsets_in_window,
    restart,
    row,
    until,
    write_commit,
)

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
Unique = Callable[[str], str]


def test_a_group_on_two_thousand_partitions_is_judged_whole(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("wide"), partitions=2000), unique("wide")
    produce(kafka, topic, ["a"] * 5, partition=1999)
    commit(kafka, group, {(topic, number): 0 for number in range(1999)} | {(topic, 1999): 2})
    until(collect, lambda: (watched := row(group)) and watched.partitions == 2000, timeout=150)
    until(collect, lambda: WatchedGroup.objects.get(name=group).total_lag == 3, timeout=150)
    window = offsets_in_window(cluster, group, topic, 1999)
    assert set(window) == {2}  # more than once where the client had to commit again
    restart(cluster)
    until(collect, lambda: offsets_in_window(cluster, group, topic, 1999) == window)


def test_a_thousand_commits_in_a_row_leave_the_last_ten(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("busy")), unique("busy")
    produce(kafka, topic, ["a"] * 1000)
    member = Consumer({**kafka.client_config(), "group.id": group, "enable.auto.commit": False})
    member.assign([TopicPartition(topic, 0, 0)])
    for offset in range(1, 1000):
        member.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=True)
    member.commit(offsets=[TopicPartition(topic, 0, 1000)], asynchronous=False)
    member.close()
    until(collect, lambda: offsets_in_window(cluster, group, topic)[-1:] == [1000])
    window = offsets_in_window(cluster, group, topic)
    assert window == sorted(window)
    assert len(window) <= 10
    assert WatchedGroup.objects.get(name=group).status == Status.OK


def test_nothing_is_lost_when_a_leader_of_the_offsets_topic_goes_and_comes_back(
    mortal: KafkaCluster, unique: Unique
) -> None:
    cluster = known_cluster(mortal, slug="own")
    topic = create_topic(mortal, unique("work"), partitions=1, replication=3)
    produce(mortal, topic, ["a"] * 50)
    groups = [unique("g") for _ in range(12)]
    with collecting(cluster) as collect:
        for group in groups:
            commit(mortal, group, {(topic, 0): 1})
        until(collect, lambda: all(row(group) for group in groups))
        mortal.stop_broker(2, kill=True)
        for group in groups:
            commit(mortal, group, {(topic, 0): 2})
        until(
            collect, lambda: all(offsets_in_window(cluster, group, topic)[-1:] == [2] for group in groups), timeout=150
        )
        mortal.start_broker(2)
        for group in groups:
            commit(mortal, group, {(topic, 0): 3})
        until(
            collect, lambda: all(offsets_in_window(cluster, group, topic)[-1:] == [3] for group in groups), timeout=150
        )
        for group in groups:
            # A commit whose answer was lost was made again, and so may be there twice; none may be missing.
            assert set(offsets_in_window(cluster, group, topic)) == {1, 2, 3}


COMPACTING = {"segment.ms": "100", "min.cleanable.dirty.ratio": "0.001", "max.compaction.lag.ms": "100"}


@pytest.fixture
def compacting(mortal: KafkaCluster) -> Iterator[None]:
    """Have the offsets topic compacted at once, for one test."""
    commit(mortal, "first", {(create_topic(mortal, f"first-{now_ms()}"), 0): 0})  # so that there is an offsets topic
    connection = connection_of(mortal)
    configs.alter_topic(connection, "__consumer_offsets", set=COMPACTING, delete=[])
    yield
    configs.alter_topic(connection, "__consumer_offsets", set={}, delete=list(COMPACTING))


def has_holes(kafka: KafkaCluster, group: str) -> bool:
    """Tell whether records are missing where a group's commits are; no log of commits loses its oldest to retention."""
    admin = AdminClient(kafka.client_config())
    count = len(admin.list_topics("__consumer_offsets", 10).topics["__consumer_offsets"].partitions)
    number = Partitioner(count).partition_for(group)
    source = TopicPartition("__consumer_offsets", number, 0)
    reader = Consumer({**kafka.client_config(), "group.id": "reader", "enable.partition.eof": True})
    reader.assign([source])
    offsets: list[int] = []
    while (message := reader.poll(10)) and not message.error():
        offsets.append(message.offset() or 0)
    reader.close()
    return bool(offsets) and len(offsets) < offsets[-1] + 1


@pytest.mark.usefixtures("compacting")
def test_a_compacted_offsets_topic_is_read_past_its_holes(mortal: KafkaCluster, unique: Unique) -> None:
    cluster = known_cluster(mortal, slug="own")
    topic, group = create_topic(mortal, unique("work"), partitions=1, replication=3), unique("again")
    produce(mortal, topic, ["a"] * 400)
    for offset in range(1, 60):
        commit(mortal, group, {(topic, 0): offset})
    with collecting(cluster) as collect:
        until(collect, lambda: offsets_in_window(cluster, group, topic)[-1:] == [59])
        restart(cluster)
        eventually(lambda: has_holes(mortal, group), timeout=120, every=1)
        commit(mortal, group, {(topic, 0): 60})
        until(collect, lambda: offsets_in_window(cluster, group, topic)[-1:] == [60])
        eventually(lambda: not Shard.objects.get(cluster=cluster).unread)
    fresh = known_cluster(mortal, slug="fresh")
    with collecting(fresh) as collect:
        until(collect, lambda: offsets_in_window(fresh, group, topic)[-1:] == [60])


def test_commits_dated_in_the_future_and_long_ago_are_judged_and_shown(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, admin: Client
) -> None:
    topic, ahead, behind = create_topic(kafka, unique("work")), unique("ahead"), unique("behind")
    produce(kafka, topic, ["a"] * 10)
    commit(kafka, unique("first"), {(topic, 0): 1})  # so that there is an offsets topic
    day = 86_400_000
    for offset in (1, 2, 3):
        write_commit(kafka, ahead, topic, offset, now_ms() + day + 10_000 * offset)
        write_commit(kafka, behind, topic, offset, now_ms() - day + 10_000 * offset)
    until(collect, lambda: offsets_in_window(cluster, ahead, topic) == [1, 2, 3])
    until(collect, lambda: offsets_in_window(cluster, behind, topic) == [1, 2, 3])
    # A commit a day old has stopped by rule 2; one of tomorrow cannot have.
    assert WatchedGroup.objects.get(name=ahead).status == Status.OK
    assert WatchedGroup.objects.get(name=behind).status == Status.ERR
    evidence = admin.get(f"/clusters/local/lag/groups/{ahead}/{topic}/0/").content.decode()
    assert ahead in evidence
    assert "ahead of our clock" in evidence
    write_commit(kafka, ahead, topic, 4, now_ms())
    until(collect, lambda: offsets_in_window(cluster, ahead, topic)[-1:] == [4])
