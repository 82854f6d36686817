from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from clusters.gateway.access import acls
from clusters.gateway.access.acls import Acl
from clusters.models import Cluster, Group
from lag.collecting import collector, start_positions
from lag.models import LagSettings, Shard, Source, WatchedGroup
from lag.types import Status
from tests.api.conftest import Program, person, program_of
from tests.conftest import known_cluster, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, connection_of, create_topic, produce
from tests.lag.collecting.conftest import Collect, collecting, offsets_in_window, restart, row, until

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


@contextmanager
def entered(kafka: KafkaCluster, *entries: Acl) -> Iterator[None]:
    """Have entries in the ACLs for a while."""
    acls.create(connection_of(kafka), entries)
    try:
        yield
    finally:
        acls.delete(connection_of(kafka), entries)


@pytest.fixture
def vera() -> Program:
    """A program of somebody who may look at everything."""
    return program_of(person("vera"))


@pytest.fixture
def humble(kafka: KafkaCluster, db: None) -> Iterator[Cluster]:
    """A cluster whose principal may describe topics and groups, and read nothing."""
    rights = [Acl("User:app", "*", "DESCRIBE", "ALLOW", kind, "*", "LITERAL") for kind in ("TOPIC", "GROUP")]
    rights.append(Acl("User:app", "*", "DESCRIBE", "ALLOW", "CLUSTER", "kafka-cluster", "LITERAL"))
    with entered(kafka, *rights):
        yield known_cluster(kafka, slug="humble", user="app")


def test_without_the_right_to_read_it_asks_and_says_so(
    kafka: KafkaCluster, humble: Cluster, unique: Unique, admin: Client
) -> None:
    LagSettings.objects.create(cluster=humble, offset_refresh=1)
    topic, group = create_topic(kafka, unique("work")), unique("reader")
    produce(kafka, topic, ["a"] * 10)
    commit(kafka, group, {(topic, 0): 4})
    with collecting(humble) as collect:
        until(collect, lambda: WatchedGroup.objects.filter(name=group, total_lag=6).exists())
        commit(kafka, group, {(topic, 0): 10})
        until(collect, lambda: WatchedGroup.objects.filter(name=group, total_lag=0, status=Status.OK).exists())
    assert Shard.objects.get().mode == Shard.POLLING
    page = admin.get("/clusters/humble/groups/").content.decode()
    assert "kafkaadmin may not read" in page
    assert "It cannot tell STALL from STOP" in page


def test_samples_stay_while_every_attempt_to_read_is_refused(
    kafka: KafkaCluster, humble: Cluster, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "RETRY_READING", timedelta(0))
    LagSettings.objects.create(cluster=humble, offset_refresh=1)
    topic, group = create_topic(kafka, unique("work")), unique("reader")
    produce(kafka, topic, ["a"] * 10)
    with collecting(humble) as collect:
        for sampled in ([4], [4, 7], [4, 7, 10]):
            commit(kafka, group, {(topic, 0): sampled[-1]})
            until(collect, partial(has_window, humble, group, topic, sampled))
        first = WatchedGroup.objects.get(name=group)
        collect()
        assert WatchedGroup.objects.get(name=group).pk == first.pk
    assert Shard.objects.get().mode == Shard.POLLING


def has_window(cluster: Cluster, group: str, topic: str, offsets: list[int]) -> bool:
    """Tell whether a window holds just these offsets."""
    return offsets_in_window(cluster, group, topic) == offsets


def test_the_right_to_read_brings_the_windows_of_the_offsets_topic(
    kafka: KafkaCluster, humble: Cluster, unique: Unique, monkeypatch: pytest.MonkeyPatch, admin: Client, vera: Program
) -> None:
    monkeypatch.setattr(collector, "RETRY_READING", timedelta(0))
    topic, group = create_topic(kafka, unique("work")), unique("reader")
    produce(kafka, topic, ["a"] * 10)
    evidence = f"/clusters/humble/lag/groups/{group}/{topic}/0/"
    paths = (f"/api/v1/clusters/humble/lag/{group}", f"/api/v1/clusters/humble/lag/{group}/topics/{topic}/0")
    for offset in (4, 4, 4):
        commit(kafka, group, {(topic, 0): offset})
    with collecting(humble) as collect:
        until(collect, partial(has_window, humble, group, topic, [4]))
        assert "Evaluated from polled offsets: STALL can&#x27;t be told" in admin.get(evidence).content.decode()
        assert [vera.get(path)["sampled"] for path in paths] == [True, True]
        right = Acl("User:app", "*", "READ", "ALLOW", "TOPIC", "__consumer_offsets", "LITERAL")
        with entered(kafka, right):
            until(collect, partial(has_window, humble, group, topic, [4, 4, 4]))
            assert "Evaluated from polled offsets" not in admin.get(evidence).content.decode()
            assert [vera.get(path)["sampled"] for path in paths] == [False, False]
            assert Shard.objects.get().mode == Shard.READING
            assert Source.objects.exists()
        commit(kafka, group, {(topic, 0): 5})
        until(collect, lambda: Shard.objects.get().mode == Shard.POLLING)
        until(collect, partial(has_window, humble, group, topic, [5]))
        assert not Source.objects.exists()


def test_with_two_shards_and_no_right_to_read_every_group_is_judged_and_shown(
    kafka: KafkaCluster, humble: Cluster, unique: Unique, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LAG_SHARDS = 2
    monkeypatch.setattr(collector, "RETRY_READING", timedelta(0))
    LagSettings.objects.create(cluster=humble, offset_refresh=1)
    topic, names = create_topic(kafka, unique("shared")), [unique("one") for _ in range(8)]
    for group in names:
        commit(kafka, group, {(topic, 0): 0})
    mirror(humble)
    watched = WatchedGroup.objects.filter(cluster=humble, name__in=names)
    shown = Group.objects.filter(cluster=humble, name__in=names, lag_status=Status.OK)
    with collecting(humble) as collect:
        until(collect, lambda: watched.count() == shown.count() == 8)
        restart(humble)
        for _ in range(3):
            collect()
            assert watched.count() == shown.count() == 8
    assert {shard.mode for shard in Shard.objects.all()} == {Shard.POLLING}


def test_where_not_even_the_partitions_are_told_the_first_shard_has_all_groups(
    kafka: KafkaCluster, humble: Cluster, unique: Unique, settings: Any
) -> None:
    settings.LAG_SHARDS = 2
    LagSettings.objects.create(cluster=humble, offset_refresh=1, topic_refresh=1)
    topic, names = create_topic(kafka, unique("shared")), [unique("one") for _ in range(20)]
    for group in names:
        commit(kafka, group, {(topic, 0): 0})

    def owners() -> list[int]:
        """Return the shards of the groups that are judged, once that are all."""
        rows = WatchedGroup.objects.filter(cluster=humble, name__in=names).values_list("source", flat=True)
        return sorted({source % 2 for source in rows}) if len(rows) == len(names) else []

    hidden = Acl("User:app", "*", "DESCRIBE", "DENY", "TOPIC", "__consumer_offsets", "LITERAL")
    with collecting(humble) as collect:
        until(collect, lambda: owners() == [0, 1])
        with entered(kafka, hidden):
            until(collect, lambda: owners() == [0])
        until(collect, lambda: owners() == [0, 1])


@pytest.mark.parametrize("reads", [False, True], ids=["asked", "idle"])
def test_groups_that_the_consumer_leaves_out_are_not_asked_for_either(
    kafka: KafkaCluster, cluster: Cluster, humble: Cluster, unique: Unique, monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    monkeypatch.setattr(start_positions, "SHORT", -1)
    monkeypatch.setattr(start_positions, "RECENT_MS", 0)
    reader = cluster if reads else humble
    LagSettings.objects.create(cluster=reader, commit_denylist="^hidden-")
    topic, hidden, seen = create_topic(kafka, unique("work")), unique("hidden"), unique("seen")
    for group in (hidden, seen):
        commit(kafka, group, {(topic, 0): 0})
    with collecting(reader) as collect:
        until(collect, lambda: row(seen))
        assert not row(hidden)


def test_hostile_names_are_shown_as_they_are(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, admin: Client
) -> None:
    topic, mark = create_topic(kafka, unique("work")), unique("mark")
    group = f"<b>'\"/%2f?#é🙂 {mark}\u202e"
    produce(kafka, topic, ["a"])
    commit(kafka, group, {(topic, 0): 0})
    until(collect, lambda: WatchedGroup.objects.filter(name=group).exists())
    mirror(cluster)
    listed = admin.get("/clusters/local/groups/", {"q": mark}).content.decode()
    assert "<b>" not in listed
    assert "&lt;b&gt;" in listed
    from urllib.parse import quote

    shown = admin.get(f"/clusters/local/lag/groups/{quote(group, safe='')}/{topic}/0/")
    assert shown.status_code == 200
    assert "Matched →" in shown.content.decode()


def test_where_reading_is_stands_on_the_page_and_goes_on_with_it(
    cluster: Cluster, collect: Collect, viewer: Client
) -> None:
    until(collect, lambda: Source.objects.exists())
    source = Source.objects.order_by("partition").first()
    assert source
    Source.objects.filter(pk=source.pk).update(position=1_230_000, end=1_234_567)
    shown = viewer.get("/clusters/local/groups/").content.decode()
    assert all(number in shown for number in ("1,230,000", "1,234,567", "4,567"))
    assert shown.count('id="collecting"') == 1
    part = viewer.get("/clusters/local/groups/", headers={"HX-Request": "true", "HX-Target": "rows"}).content.decode()
    assert 'id="collecting" hx-swap-oob="true"' in part
    assert "4,567" in part


def test_a_viewer_sees_lag_and_may_not_change_its_settings(cluster: Cluster, viewer: Client) -> None:
    assert viewer.get("/clusters/local/groups/").status_code == 200
    assert viewer.get("/clusters/local/lag/settings/").status_code == 403
    assert viewer.post("/clusters/local/lag/settings/", {"intervals": 3}).status_code == 403
    assert not LagSettings.objects.exists()


def test_settings_that_go_would_refuse_are_refused_at_the_field(cluster: Cluster, admin: Client) -> None:
    form = {"enabled": "on", "intervals": 0, "min_distance": 0, "expire_group": 604800, "expire_cache": 10,
            "minimum_complete": 2, "allowed_lag": 0, "offset_refresh": 10, "topic_refresh": 60,
            "groups_reaper_refresh": 0, "group_denylist": "(", "allowed_lags": "billing = many"}  # fmt: skip
    response = admin.post("/clusters/local/lag/settings/", form)
    text = response.content.decode()
    assert response.status_code == 422
    assert "greater than or equal to 1" in text
    assert "less than or equal to 1" in text
    assert "billing = many" in text
    assert "is not of the form" in text
    assert not LagSettings.objects.exists()


def test_settings_take_effect_and_are_on_record(cluster: Cluster, admin: Client) -> None:
    from accounts.models import AuditEntry
    from lag.settings import EvaluatorSettingsByGroup, settings_of

    form = {"enabled": "on", "intervals": 5, "min_distance": 1, "expire_group": 604800, "expire_cache": 10,
            "minimum_complete": 0.5, "allowed_lag": 7, "offset_refresh": 10, "topic_refresh": 60,
            "groups_reaper_refresh": 0, "allowed_lags": "billing-* = 100\n* = 9"}  # fmt: skip
    assert admin.post("/clusters/local/lag/settings/", form).status_code == 302
    settings = settings_of(cluster)
    assert (settings.intervals, settings.minimum_complete) == (5, 0.5)
    judged = EvaluatorSettingsByGroup(cluster, settings)
    assert (judged("billing-x").allowed_lag, judged("other").allowed_lag) == (100, 9)
    entry = AuditEntry.objects.get(action="lag.configure")
    assert {"subject": "intervals", "before": "10", "after": "5"} in entry.steps
