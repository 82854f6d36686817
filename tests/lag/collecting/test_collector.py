from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.gateway import offsets, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Unreachable
from clusters.gateway.groups import describing as groups
from clusters.gateway.reading.offsets_topic import TOPIC
from clusters.models import Cluster, Group
from core.leasing import LeaseLost
from lag.collecting.forgetting import forget_group
from lag.models import Forgotten, LagSettings, Shard, TopicOffsets, WatchedGroup
from lag.records.partitioner import Partitioner
from lag.types import Status
from lag.windows.group_store import Outcome
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_topic, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer, create_topic, delete_topic, produce
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

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def test_a_group_that_stays_behind_is_judged_at_once(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("work"), partitions=2), unique("slow")
    produce(kafka, topic, ["a"] * 10)
    commit(kafka, group, {(topic, 0): 4})
    until(collect, lambda: row(group))
    watched = WatchedGroup.objects.get(name=group)
    assert (watched.status, watched.total_lag, watched.partitions) == (Status.ERR, 6, 2)
    assert watched.verdict[topic][0][1:3] == [6, 4]
    assert watched.verdict[topic][1][2] is None


def test_lists_of_groups_show_the_verdict(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("slow")
    produce(kafka, topic, ["a"] * 10)
    commit(kafka, group, {(topic, 0): 10})
    mirror(cluster)
    until(collect, lambda: Group.objects.get(name=group).lag_status == Status.OK)


def test_a_new_owner_goes_on_where_the_last_one_saved(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("steady")
    produce(kafka, topic, ["a"] * 20)
    for offset in range(1, 6):
        commit(kafka, group, {(topic, 0): offset})
        if offset == 3:
            until(collect, lambda: offsets_in_window(cluster, group, topic) == [1, 2, 3])
            restart(cluster)
    until(collect, lambda: offsets_in_window(cluster, group, topic)[-1:] == [5])
    assert offsets_in_window(cluster, group, topic) == [1, 2, 3, 4, 5]


def test_commits_from_before_a_pause_have_an_unknown_lag(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lag.collecting import record_batches, topic_source
    from lag.reports.stored_state import read_group

    monkeypatch.setattr(record_batches, "FRESH", timedelta(0))
    monkeypatch.setattr(topic_source, "FRESH", timedelta(0))
    topic, group = create_topic(kafka, unique("work")), unique("replayed")
    produce(kafka, topic, ["a"] * 5)
    commit(kafka, group, {(topic, 0): 2})
    until(collect, lambda: row(group))
    read = read_group(cluster, group, now_ms())
    assert read is not None
    assert read[topic][0].commits[0].lag is None
    assert read[topic][0].current_lag == 3


def test_a_deleted_group_and_a_deleted_topic_leave_nothing_behind(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    LagSettings.objects.create(cluster=cluster, topic_refresh=1, offset_refresh=1)
    kept, gone = create_topic(kafka, unique("kept")), create_topic(kafka, unique("gone"))
    group, leaving = unique("stays"), unique("leaves")
    commit(kafka, group, {(kept, 0): 0, (gone, 0): 0})
    commit(kafka, leaving, {(kept, 0): 0})
    until(collect, lambda: row(group) and row(leaving) and TopicOffsets.objects.filter(topic=gone).exists())
    groups.delete(cluster.connection(), leaving)
    delete_topic(kafka, gone)
    until(collect, lambda: not row(leaving) and not TopicOffsets.objects.filter(topic=gone).exists())
    assert list(WatchedGroup.objects.get(name=group).verdict) == [kept]


def test_a_deleted_group_of_the_new_protocol_goes_too(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("modern")
    produce(kafka, topic, ["a"])
    with consumer(kafka, group, [topic], protocol="consumer") as member:
        member.commit(offsets=[TopicPartition(topic, 0, 1)], asynchronous=False)
    until(collect, lambda: row(group))
    groups.delete(cluster.connection(), group)
    until(collect, lambda: not row(group))


def test_added_partitions_count_from_their_first_commit(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    LagSettings.objects.create(cluster=cluster, topic_refresh=3600, offset_refresh=3600)
    topic, group, other = create_topic(kafka, unique("grows")), unique("reader"), unique("other")
    commit(kafka, group, {(topic, 0): 0})
    until(collect, lambda: row(group))
    topics.add_partitions(cluster.connection(), topic, 3)
    produce(kafka, topic, ["a"] * 5, partition=2)
    commit(kafka, group, {(topic, 2): 1})
    until(collect, lambda: offsets_in_window(cluster, group, topic, 2) == [1])
    assert WatchedGroup.objects.get(name=group).total_lag == 4
    commit(kafka, other, {(topic, 1): 0})
    until(collect, lambda: offsets_in_window(cluster, other, topic, 1) == [0])


def test_a_new_topic_counts_from_its_first_commit_though_kafka_failed_to_tell_of_it_at_first(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    LagSettings.objects.create(cluster=cluster, topic_refresh=3600, offset_refresh=3600)
    collect()
    listed, failures = topics.leaders, [Unreachable("Nobody answered.")]

    def failing(connection: Connection) -> tuple[str, dict[str, tuple[int, ...]]]:
        if failures:
            raise failures.pop()
        return listed(connection)

    monkeypatch.setattr(topics, "leaders", failing)
    topic, group = known_topic(kafka, unique("new")), unique("reader")
    produce(kafka, topic, ["a"] * 5)
    commit(kafka, group, {(topic, 0): 1})
    until(collect, lambda: offsets_in_window(cluster, group, topic) == [1])
    assert not failures


def test_partitions_that_do_not_exist_are_looked_for_once(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, group, seen = create_topic(kafka, unique("work")), unique("stray"), unique("seen")
    LagSettings.objects.create(
        cluster=cluster, topic_refresh=3600, offset_refresh=3600, commit_allowlist=f"^({group}|{seen})$"
    )
    commit(kafka, seen, {(topic, 0): 0})
    until(collect, lambda: row(seen))
    listed, looks = topics.leaders, []

    def counted(connection: Connection) -> tuple[str, dict[str, tuple[int, ...]]]:
        looks.append(1)
        return listed(connection)

    monkeypatch.setattr(topics, "leaders", counted)
    for offset in (1, 2, 3):
        write_commit(kafka, group, topic, offset, now_ms(), partition=7)
        commit(kafka, seen, {(topic, 0): offset})
        until(collect, partial(ends_with, cluster, seen, topic, offset))
    until(collect, lambda: Shard.objects.get().counts.get(Outcome.NO_END_OFFSET, 0) >= 3)
    assert len(looks) == 1


def ends_with(cluster: Cluster, group: str, topic: str, offset: int) -> bool:
    """Tell whether an offset is the newest in a window."""
    return offsets_in_window(cluster, group, topic)[-1:] == [offset]


def test_a_topic_made_anew_starts_anew(kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique) -> None:
    LagSettings.objects.create(cluster=cluster, topic_refresh=3600, offset_refresh=1)
    topic, group, other = create_topic(kafka, unique("again")), unique("reader"), create_topic(kafka, unique("other"))
    produce(kafka, topic, ["a"] * 9)
    commit(kafka, group, {(topic, 0): 9, (other, 0): 0})
    until(collect, lambda: row(group))
    delete_topic(kafka, topic)
    create_topic(kafka, topic)
    until(collect, lambda: TopicOffsets.objects.get(topic=topic).ends == [0])
    until(collect, lambda: offsets_in_window(cluster, group, topic) == [])


@pytest.mark.parametrize("partitions", [1, 3])
def test_a_commit_beyond_the_end_of_a_topic_made_anew_stays_and_is_said(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, admin: Client, ada: Program, unique: Unique,
    partitions: int,
) -> None:  # fmt: skip
    """Also where it is read before the new end is known, and where the new topic has fewer partitions."""
    LagSettings.objects.create(cluster=cluster, topic_refresh=3600 if partitions == 1 else 1, offset_refresh=1)
    topic, group = create_topic(kafka, unique("again"), partitions=partitions), unique("reader")
    produce(kafka, topic, ["a"] * 100)
    commit(kafka, group, {(topic, 0): 90})
    until(collect, lambda: ends_with(cluster, group, topic, 90))
    delete_topic(kafka, topic)
    create_topic(kafka, topic)
    produce(kafka, topic, ["a"] * 30)

    def committed() -> bool:
        commit(kafka, group, {(topic, 0): 500})
        return True

    eventually(committed)
    until(collect, lambda: TopicOffsets.objects.get(topic=topic).ends == [30])
    until(collect, lambda: ends_with(cluster, group, topic, 500))
    for _ in range(3):
        collect()
    assert ends_with(cluster, group, topic, 500)
    page = admin.get(f"/clusters/local/groups/{group}/").content.decode()
    assert "committed beyond the log end offset by up to 470" in page
    assert "(470 beyond the end)" in page
    assert [remark["kind"] for remark in ada.get(f"{LOCAL}/lag/{group}")["remarks"]] == ["beyond the end"]
    (offset,) = ada.get(f"{LOCAL}/groups/{group}")["offsets"]
    assert (offset["committed"], offset["end"], offset["lag"], offset["beyond"]) == (500, 30, 0, 470)
    reset = ada("POST", f"{LOCAL}/groups/{group}/reset?dry_run=true", {"to": "offset", "offset": 7}).json()
    assert reset["warnings"][0].endswith("Up to 23 records there will be consumed, possibly for the first time.")


def test_two_shards_share_the_groups_and_none_is_left_out(
    kafka: KafkaCluster, cluster: Cluster, unique: Unique, settings: Any
) -> None:
    settings.LAG_SHARDS = 2
    topic = create_topic(kafka, unique("shared"))
    names = [unique("one") for _ in range(8)]
    for group in names:
        commit(kafka, group, {(topic, 0): 0})
    with collecting(cluster) as collect:
        until(collect, lambda: WatchedGroup.objects.filter(name__in=names).count() == 8)
        assert Shard.objects.count() == 2
        restart(cluster)
        collect()
        assert WatchedGroup.objects.filter(name__in=names).count() == 8


def test_groups_are_looked_for_in_the_partition_that_their_coordinator_writes_to(
    kafka: KafkaCluster, connection: Connection, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("work"))
    commit(kafka, unique("first"), {(topic, 0): 0})  # so that there is an offsets topic
    _, leaders = topics.leaders(connection)
    places = [(TOPIC, number) for number in range(len(leaders[TOPIC]))]
    for group in [unique("one") for _ in range(8)]:
        before, _ = offsets.end_offsets(connection, places)
        commit(kafka, group, {(topic, 0): 0})
        after, _ = offsets.end_offsets(connection, places)
        place = (TOPIC, Partitioner(len(places)).partition_for(group))
        assert after[place] != before[place]  # others may move as well: the tests beside this one commit, too


def test_each_shard_forgets_its_own_groups_on_request(
    kafka: KafkaCluster, cluster: Cluster, unique: Unique, settings: Any
) -> None:
    settings.LAG_SHARDS = 2
    topic, names = create_topic(kafka, unique("shared")), [unique("one") for _ in range(8)]
    for group in names:
        commit(kafka, group, {(topic, 0): 1})
    with collecting(cluster) as collect:
        until(collect, lambda: WatchedGroup.objects.filter(name__in=names).count() == 8)
        for group in names:
            forget_group(cluster, group)
        until(collect, lambda: not Forgotten.objects.exists())
        for group in names:
            commit(kafka, group, {(topic, 0): 2})
        until(collect, lambda: WatchedGroup.objects.filter(name__in=names).count() == 8)
        for group in names:
            assert offsets_in_window(cluster, group, topic) == [2]


def test_a_worker_that_lost_its_lease_saves_nothing(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    from lag import tasks

    topic, group = create_topic(kafka, unique("work")), unique("late")
    collect()
    shard = Shard.objects.get()
    collector = tasks._collectors[shard.pk]
    Shard.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    theirs = Shard.take(shard.pk, timezone.now(), owner="another")
    assert theirs is not None
    commit(kafka, group, {(topic, 0): 0})
    with pytest.raises(LeaseLost):
        for _ in range(50):
            collector.tick()
    assert not row(group)
    assert Shard.take(shard.pk, timezone.now(), owner="third") is None


def test_switched_off_it_forgets_and_stays_off(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, admin: object
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("reader")
    commit(kafka, group, {(topic, 0): 0})
    until(collect, lambda: row(group))
    Forgotten.objects.create(cluster=cluster, group=group)
    form = {"intervals": 10, "min_distance": 0, "expire_group": 604800, "expire_cache": 10, "minimum_complete": 0,
            "allowed_lag": 0, "offset_refresh": 10, "topic_refresh": 60, "groups_reaper_refresh": 0}  # fmt: skip
    response = admin.post("/clusters/local/lag/settings/", form)  # type: ignore[attr-defined]
    assert response.status_code == 302
    assert not WatchedGroup.objects.exists()
    assert not Forgotten.objects.exists()
    from lag import tasks

    tasks.tick_due()
    assert not WatchedGroup.objects.exists()


def test_the_reaper_forgets_groups_that_kafka_does_not_list(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique
) -> None:
    from lag import tasks
    from lag.records.commits import OffsetCommit

    LagSettings.objects.create(cluster=cluster, groups_reaper_refresh=1)
    topic, real, ghost = create_topic(kafka, unique("work")), unique("real"), unique("ghost")
    commit(kafka, real, {(topic, 0): 0})
    until(collect, lambda: row(real))
    collector = tasks._collectors[Shard.objects.get().pk]
    collector.state.store.commit(OffsetCommit(ghost, topic, 0, 0, now_ms(), 1), now_ms())
    collector.reaper.reaped_at = None
    collect()
    assert row(real)
    assert not row(ghost)


def test_where_the_log_is_long_idle_groups_are_asked_for(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lag.collecting import start_positions

    monkeypatch.setattr(start_positions, "SHORT", -1)
    monkeypatch.setattr(start_positions, "RECENT_MS", 0)
    topic, behind, done = create_topic(kafka, unique("work")), unique("behind"), unique("done")
    produce(kafka, topic, ["a"] * 10)
    commit(kafka, behind, {(topic, 0): 4})
    commit(kafka, done, {(topic, 0): 10})
    until(collect, lambda: row(behind) and row(done))
    watched = WatchedGroup.objects.get(name=behind)
    assert watched.total_lag == 6
    assert watched.verdict[topic][0][2] == 4
    assert WatchedGroup.objects.get(name=done).status == Status.OK
    assert Shard.objects.get().idle_before_ms is None
    commit(kafka, behind, {(topic, 0): 5})
    until(collect, lambda: (offsets_in_window(cluster, behind, topic) or [0])[-1] == 5)


def test_a_round_without_news_judges_and_writes_nothing_and_a_commit_shows_at_once(
    kafka: KafkaCluster, cluster: Cluster, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("quiet")
    produce(kafka, topic, ["a"] * 10)
    commit(kafka, group, {(topic, 0): 4})
    with collecting(cluster, timedelta(hours=1)) as collect:
        until(collect, lambda: offsets_in_window(cluster, group, topic) == [4])

        def is_quiet() -> bool:
            """Do a round; others commit to this Kafka, too, so that not every one is without news."""
            judged, ticks = WatchedGroup.objects.get(name=group).judged_at, Shard.objects.get(cluster=cluster).ticks
            with CaptureQueriesContext(connection) as queries:
                collect()
            assert Shard.objects.get(cluster=cluster).ticks == ticks + 1
            written = [query for query in queries if query["sql"].startswith(("INSERT", "DELETE"))]
            return not written and WatchedGroup.objects.get(name=group).judged_at == judged

        eventually(is_quiet, timeout=60)
        commit(kafka, group, {(topic, 0): 7})
        until(collect, lambda: offsets_in_window(cluster, group, topic) == [4, 7])
