"""What the collector's tests share: a cluster whose lag is collected in this process."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest import mock

import pytest
from confluent_kafka import Producer
from django.utils import timezone

from clusters.models import Cluster
from lag import tasks
from lag.collecting import judging
from lag.models import Shard, WatchedGroup
from lag.records.partitioner import Partitioner
from lag.reports.stored_state import read_group
from tests.kafka.cluster import KafkaCluster
from tests.kafka.waiting import eventually
from tests.lag.factories import commit_key, commit_value

Collect = Callable[[], None]


@pytest.fixture
def collect(cluster: Cluster) -> Iterator[Collect]:
    """Do one round of the shared cluster's collector, whatever else is due."""
    with collecting(cluster) as once:
        yield once


class collecting:  # noqa: N801 - used as a function
    """Collect a cluster in this process; at the end nothing of it is left in memory.

    Every round judges, also one without news: tests wait for verdicts that only time brings.
    """

    def __init__(self, cluster: Cluster, judged_every: timedelta = timedelta(0)) -> None:
        self.cluster = cluster
        self.patience = mock.patch.object(judging, "JUDGED_EVERY", judged_every)

    def __enter__(self) -> Collect:
        self.patience.start()
        tasks.make_shards()
        return self.round

    def round(self) -> None:
        for shard in Shard.objects.filter(cluster=self.cluster):
            tasks.tick_shard(shard.pk)

    def __exit__(self, *_: object) -> None:
        self.patience.stop()
        forget_memory()


def forget_memory() -> None:
    """Forget all that is in memory, as a new worker has nothing."""
    for shard_id in list(tasks._collectors):
        tasks.drop(shard_id)


def restart(cluster: Cluster) -> None:
    """Stop this process' collectors without a word, and let their leases run out."""
    forget_memory()
    Shard.objects.filter(cluster=cluster).update(lease_until=None)


def offsets_in_window(cluster: Cluster, group: str, topic: str, partition: int = 0) -> list[int]:
    """Return the offsets that a window holds, oldest first."""
    topics = read_group(cluster, group, now_ms())
    return [commit.offset for commit in topics[topic][partition].commits] if topics and topic in topics else []


def until(collect: Collect, condition: Callable[[], object], *, timeout: float = 60) -> None:
    """Collect until something is so; where it never is, the shards say what they did."""
    rounds = 0

    def once() -> object:
        nonlocal rounds
        collect()
        rounds += 1
        return condition()

    try:
        eventually(once, timeout=timeout)
    except AssertionError as error:
        shards = list(Shard.objects.values("mode", "error", "records", "counts", "seconds"))
        raise AssertionError(f"{error}; after {rounds} rounds of {shards}") from error


def row(group: str) -> WatchedGroup | None:
    """Return a group's verdict."""
    return WatchedGroup.objects.filter(name=group).first()


def now_ms() -> int:
    """Return the time in milliseconds."""
    return int(timezone.now().timestamp() * 1000)


def write_commit(
    kafka: KafkaCluster, group: str, topic: str, offset: int, moment_ms: int, *, partition: int = 0
) -> None:
    """Have a commit in the offsets topic with any time, as a coordinator with a wrong clock writes it."""
    # Only a client of this name may write to internal topics.
    producer = Producer({**kafka.client_config(), "client.id": "__admin_client"})
    partitioner = Partitioner(
        len(producer.list_topics("__consumer_offsets", 10).topics["__consumer_offsets"].partitions)
    )
    key, value = (
        commit_key(group=group, topic=topic, partition=partition),
        commit_value(offset=offset, timestamp_ms=moment_ms),
    )
    failures: list[object] = []
    producer.produce(
        "__consumer_offsets",
        value,
        key,
        partitioner.partition_for(group),
        on_delivery=lambda error, _: failures.append(error),
    )
    producer.flush(20)
    assert failures == [None]
