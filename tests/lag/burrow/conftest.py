"""A cluster with a group in trouble, an idle one, and one of a hostile name, stored as a tick stores them."""

import pytest
from django.utils import timezone

from clusters.models import Cluster, Topic
from lag.burrow import answers
from lag.collecting.end_offsets import Ends
from lag.collecting.verdict_rows import judge_all
from lag.models import LagSettings, Shard, TopicOffsets, WatchedGroup
from lag.records.commits import OffsetCommit
from lag.records.group_metadata import OwnerSet
from lag.windows.broker_offsets import BrokerOffsets
from lag.windows.checkpoint import dump_arrays, dump_group
from lag.windows.group_store import GroupStore

HOSTILE = 'a/b "c"\\<d>&%'


@pytest.fixture(autouse=True)
def starting() -> None:
    """Forget that the collectors have begun."""
    answers._begun.clear()


@pytest.fixture
def stored(db: None) -> Cluster:
    """Store what a tick would have."""
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="b1:9092", username="u",
                                     security_protocol="SASL_PLAINTEXT", sasl_mechanism="PLAIN")  # fmt: skip
    settings = LagSettings.objects.create(cluster=cluster, intervals=3, expire_cache=1)
    broker = BrokerOffsets(3)
    for topic, count, end in (("orders", 3, 1000), ("pay", 1, 50)):
        Topic.objects.create(cluster=cluster, name=topic, partitions=count, replication=1)
        for number in range(min(count, 2)):
            broker.add(topic, number, count, end)
    Topic.objects.create(cluster=cluster, name="unseen", partitions=2, replication=1)
    store = GroupStore(settings.storage(), broker)
    now = int(timezone.now().timestamp() * 1000)
    for step in range(3):
        store.commit(OffsetCommit("g1", "orders", 0, 900, now - 30_000 + 10_000 * step, step), now)
    for name in ("g1", "idle", HOSTILE):
        store.commit(OffsetCommit(name, "pay", 0, 50, now, 9), now)
    store.set_owner(OwnerSet("g1", "orders", 0, "/10.0.0.1", "app-1"))
    store.set_owner(OwnerSet("g1", "orders", 1, "/10.0.0.2", "app-2"))
    keep(cluster, store, Ends(cluster.connection(), settings, broker), now)
    return cluster


def keep(cluster: Cluster, store: GroupStore, ends: Ends, now: int) -> None:
    """Write the rows."""
    settings = LagSettings.objects.get(cluster=cluster)
    groups = dict(store.groups())
    for name, judged in judge_all(store, cluster.name, lambda _: settings.evaluator(), ends, now).items():
        WatchedGroup.objects.create(
            cluster=cluster, name=name, source=0, status=judged.status, since=timezone.now(), complete=judged.complete,
            total_lag=judged.total_lag, max_lag=judged.max_lag, partitions=judged.partitions, bad=judged.bad,
            time_lag=12.5, last_commit_ms=judged.last_commit_ms, judged_at=timezone.now(),
            windows=dump_group(name, groups[name]),
            verdict=judged.verdict,
        )  # fmt: skip
    for topic in store.broker.topics():
        TopicOffsets.objects.create(
            cluster=cluster, topic=topic, ends=store.broker.end_offsets(topic), starts=[], timelines=dump_arrays([]),
            rings=dump_arrays(store.broker.rings_of(topic)),
        )  # fmt: skip
    Shard.objects.create(cluster=cluster, ticked_at=timezone.now(), ticks=1)
