from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from clusters.gateway import acls
from clusters.gateway.acls import Acl
from clusters.models import Cluster
from lag.models import LagSettings, Shard, Source, WatchedGroup
from lag.types import Status
from tests.collector.conftest import Collect, collecting, until
from tests.conftest import connection_of, known_cluster
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic, produce

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


@pytest.fixture
def humble(kafka: KafkaCluster, db: None) -> Iterator[Cluster]:
    """A cluster whose principal may describe topics and groups, and read nothing."""
    rights = [Acl("User:app", "*", "DESCRIBE", "ALLOW", kind, "*", "LITERAL") for kind in ("TOPIC", "GROUP")]
    rights.append(Acl("User:app", "*", "DESCRIBE", "ALLOW", "CLUSTER", "kafka-cluster", "LITERAL"))
    acls.create(connection_of(kafka), rights)
    yield known_cluster(kafka, slug="humble", user="app")
    acls.delete(connection_of(kafka), rights)


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
    assert Shard.objects.get().mode == Shard.ASKING
    page = admin.get("/clusters/humble/lag/").content.decode()
    assert "kafkaadmin may not read" in page
    assert "It cannot tell STALL from STOP" in page


def test_hostile_names_are_shown_as_they_are(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect, unique: Unique, admin: Client
) -> None:
    topic, group = create_topic(kafka, unique("work")), unique("<b>'\"/%2f?#é🙂 ") + "\u202e"
    produce(kafka, topic, ["a"])
    commit(kafka, group, {(topic, 0): 0})
    until(collect, lambda: WatchedGroup.objects.filter(name=group).exists())
    listed = admin.get("/clusters/local/lag/").content.decode()
    assert "<b>" not in listed
    assert "&lt;b&gt;" in listed
    from urllib.parse import quote

    shown = admin.get(f"/clusters/local/lag/groups/{quote(group, safe='')}/{topic}/0/")
    assert shown.status_code == 200
    assert "This decides" in shown.content.decode()


def test_where_reading_is_stands_on_the_page_and_goes_on_with_it(
    cluster: Cluster, collect: Collect, viewer: Client
) -> None:
    until(collect, lambda: Source.objects.exists())
    source = Source.objects.order_by("partition").first()
    assert source
    Source.objects.filter(pk=source.pk).update(position=1_230_000, end=1_234_567)
    shown = viewer.get("/clusters/local/lag/").content.decode()
    assert all(number in shown for number in ("1,230,000", "1,234,567", "4,567"))
    assert shown.count('id="collecting"') == 1
    part = viewer.get("/clusters/local/lag/", headers={"HX-Request": "true", "HX-Target": "rows"}).content.decode()
    assert 'id="collecting" hx-swap-oob="true"' in part
    assert "4,567" in part


def test_a_viewer_sees_lag_and_may_not_change_its_settings(cluster: Cluster, viewer: Client) -> None:
    assert viewer.get("/clusters/local/lag/").status_code == 200
    assert viewer.get("/clusters/local/lag/settings/").status_code == 403
    assert viewer.post("/clusters/local/lag/settings/", {"intervals": 3}).status_code == 403
    assert not LagSettings.objects.exists()


def test_settings_that_go_would_refuse_are_refused_at_the_field(cluster: Cluster, admin: Client) -> None:
    form = {"enabled": "on", "intervals": 0, "min_distance": 0, "expire_group": 604800, "expire_cache": 10,
            "minimum_complete": 2, "allowed_lag": 0, "offset_refresh": 10, "topic_refresh": 60,
            "groups_reaper_refresh": 0, "group_denylist": "(", "allowed_lags": "billing = many"}  # fmt: skip
    answer = admin.post("/clusters/local/lag/settings/", form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "greater than or equal to 1" in text
    assert "less than or equal to 1" in text
    assert "billing = many" in text
    assert "is not of the form" in text
    assert not LagSettings.objects.exists()


def test_settings_take_effect_and_are_on_record(cluster: Cluster, admin: Client) -> None:
    from accounts.models import AuditEntry
    from lag.stored import EvaluatorSettingsByGroup, settings_of

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
