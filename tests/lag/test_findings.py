"""A cluster whose rounds do not come back: a finding, and its age on every page that shows lag."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from clusters.models import Cluster, Group, Mirror
from lag.models import Shard, WatchedGroup
from lag.types import Status
from lag.windows.checkpoint import dump_group
from metrics.findings.store import look_for_findings
from metrics.models import FindingRow
from tests.kafkaadmin.odd.installation import quiet
from tests.lag.factories import offset_commit, store

pytestmark = pytest.mark.django_db
AGO = timedelta(minutes=12)


@pytest.fixture
def offline(db: None) -> Cluster:
    """Have a cluster in the inventory, whose brokers nobody asks."""
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, looked_at=timezone.now(), controller_id=1)
    return cluster


def overdue() -> list[tuple[str, list[str]]]:
    """Return what the open findings about overdue shards say."""
    rows = FindingRow.objects.filter(rule="lag-overdue", resolved_at=None).exclude(opened_at=None)
    return [(row.value, row.names) for row in rows]


def test_a_round_that_does_not_come_back_is_a_finding_until_it_does(offline: Cluster) -> None:
    now = timezone.now()
    Shard.objects.create(cluster=offline, count=2, number=0, ticked_at=now)
    Shard.objects.create(cluster=offline, count=2, number=1, ticked_at=now - AGO)
    look_for_findings(offline, now)
    assert overdue() == [("not evaluated for 12 min", ["shard 2 of 2"])]
    Shard.objects.update(ticked_at=timezone.now())
    look_for_findings(offline, now)
    assert overdue() == []


def test_a_slow_shard_is_given_the_time_that_its_rounds_take(offline: Cluster) -> None:
    now = timezone.now()
    Shard.objects.create(cluster=offline, ticked_at=now - timedelta(minutes=5), seconds=100)
    look_for_findings(offline, now)
    assert overdue() == []


def test_a_first_round_that_does_not_come_back_is_a_finding_too(offline: Cluster) -> None:
    shard, now = Shard.objects.create(cluster=offline), timezone.now()
    for seconds in (0, 61):
        look_for_findings(offline, now + timedelta(seconds=seconds))
    assert overdue() == [("no round finished", ["shard 1 of 1"])]
    shard.error = "The brokers do not answer."
    shard.save()
    look_for_findings(offline, now + timedelta(seconds=62))
    assert overdue() == []


def test_where_the_cluster_does_not_answer_nobody_waits_for_a_first_round(offline: Cluster) -> None:
    Mirror.objects.update(error="127.0.0.1:1 refuses connections.")
    Shard.objects.create(cluster=offline)
    for seconds in (0, 61):
        look_for_findings(offline, timezone.now() + timedelta(seconds=seconds))
    assert overdue() == []


def test_every_page_of_lag_says_since_when_nothing_was_evaluated(
    offline: Cluster, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet(monkeypatch)
    now, now_ms = timezone.now(), int(timezone.now().timestamp() * 1000)
    Group.objects.create(cluster=offline, name="g", state="Empty", type="classic")
    group_store = store()
    group_store.commit(offset_commit(timestamp_ms=now_ms), now_ms)
    windows = dump_group("g", dict(group_store.groups())["g"])
    Shard.objects.create(cluster=offline, ticked_at=now - AGO)
    WatchedGroup.objects.create(
        cluster=offline, name="g", source=0, status=Status.OK, since=now, complete=1, total_lag=0, max_lag=0,
        partitions=1, bad=0, last_commit_ms=0, judged_at=now, windows=windows, verdict={},
    )  # fmt: skip
    for path in ("groups/", "lag/groups/g/t/0/", "groups/g/"):
        text = viewer.get(f"/clusters/c/{path}").content.decode()
        assert "Nothing has been evaluated since" in text
        assert (now - AGO).isoformat() in text
        assert "has not come back" in text
    Shard.objects.update(error="Broker 1 does not answer.")
    text = viewer.get("/clusters/c/groups/").content.decode()
    assert "Nothing has been evaluated since" in text
    assert "has not come back" not in text
    Shard.objects.update(error="", ticked_at=now)
    assert "Nothing has been evaluated" not in viewer.get("/clusters/c/groups/").content.decode()
