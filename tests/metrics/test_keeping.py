"""Findings and notices in the database; who is told, and that nobody is told twice."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from clusters.models import Cluster, Mirror, Topic
from clusters.secrets import SecretValues
from metrics.keeping import look_for_findings
from metrics.models import Channel, Finding, Notice
from metrics.sending import deliver, plan_notices
from tests.metrics.servers import Handler, says, serving

Told = list[tuple[str, Any]]


@pytest.fixture
def known(db: None) -> Cluster:
    cluster = Cluster.objects.create(slug="prod-eu", name="prod-eu", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, looked_at=timezone.now(), controller_id=1)
    return cluster


@pytest.fixture
def told() -> Iterator[tuple[str, Told]]:
    found: Told = []

    def remember(handler: Handler) -> None:
        found.append((handler.path, json.loads(handler.body)))
        says("{}")(handler)

    with serving(remember) as url:
        yield url, found


def lose_leader(cluster: Cluster) -> Finding:
    Topic.objects.create(
        cluster=cluster, name="orders", partitions=3, replication=2, offline=1, trouble=["2: no leader"]
    )
    look_for_findings(cluster, timezone.now())
    return Finding.objects.get(rule="no-leader")


def channel(url: str, **fields: Any) -> Channel:
    values: dict[str, Any] = {"name": "ops", "kind": "alertmanager", "secrets": SecretValues(url=url)} | fields
    return Channel.objects.create(**values)


def test_a_finding_is_there_once_and_ends(known: Cluster) -> None:
    found = lose_leader(known)
    assert found.names == ["orders-2: no leader"]
    look_for_findings(known, timezone.now())
    assert Finding.objects.filter(rule="no-leader").count() == 1
    Topic.objects.update(offline=0, trouble=[])
    look_for_findings(known, timezone.now())
    found.refresh_from_db()
    assert found.resolved_at is not None


def test_alertmanager_is_told_once_of_the_beginning_and_once_of_the_end(known: Cluster, told: tuple[str, Told]) -> None:
    url, found = told
    channel(url)
    lose_leader(known)
    for _ in range(3):
        plan_notices(known, timezone.now())
        deliver(timezone.now())
    assert [path for path, _ in found] == ["/api/v2/alerts"]
    (alert,) = found[0][1]
    assert alert["labels"] == {"alertname": "no-leader", "severity": "critical", "cluster": "prod-eu"}
    assert "orders-2: no leader" in alert["annotations"]["description"]
    Topic.objects.update(offline=0)
    look_for_findings(known, timezone.now())
    plan_notices(known, timezone.now())
    deliver(timezone.now())
    assert "endsAt" in found[1][1][0]


def test_apprise_is_told_and_repeats_only_after_the_interval(known: Cluster, told: tuple[str, Told]) -> None:
    url, found = told
    channel(url.replace("http://", "json://") + "/hook", kind="apprise", repeat_hours=4)
    lose_leader(known)
    now = timezone.now()
    for hours in (0, 1, 3.9, 4.1, 5):
        plan_notices(known, now + timedelta(hours=hours))
        deliver(now + timedelta(hours=hours))
    assert [path for path, _ in found] == ["/hook", "/hook"]
    assert "Partitions have no leader" in str(found[0][1])
    assert "Still: " in str(found[1][1])


@pytest.mark.parametrize(
    "fields", [{"cluster_glob": "dev-*"}, {"rule_glob": "disk*"}, {"enabled": False}, {"subject_glob": "broker*"}]
)
def test_a_channel_is_told_only_of_what_it_wants(known: Cluster, fields: dict[str, object]) -> None:
    channel("http://127.0.0.1:1", **fields)
    lose_leader(known)
    plan_notices(known, timezone.now())
    assert not Notice.objects.exists()


def test_a_silenced_finding_is_not_told(known: Cluster) -> None:
    channel("http://127.0.0.1:1")
    found = lose_leader(known)
    Finding.objects.filter(pk=found.pk).update(silenced_until=timezone.now() + timedelta(hours=1))
    plan_notices(known, timezone.now())
    assert not Notice.objects.exists()


def test_what_fails_is_tried_again_and_said_without_the_address(known: Cluster) -> None:
    channel("http://127.0.0.1:1/secret-token")
    lose_leader(known)
    plan_notices(known, timezone.now())
    deliver(timezone.now())
    notice = Notice.objects.get()
    assert notice.sent_at is None
    assert "cannot be reached" in notice.error
    assert "secret-token" not in notice.error
    deliver(timezone.now())
    notice.refresh_from_db()
    assert notice.attempts == 1
    deliver(timezone.now() + timedelta(minutes=2))
    notice.refresh_from_db()
    assert notice.attempts == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory locks whole tables between threads")
@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_tell_it_once(told: tuple[str, Told]) -> None:
    url, found = told
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, looked_at=timezone.now(), controller_id=1)
    channel(url)
    lose_leader(cluster)
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        plan_notices(cluster, timezone.now())
        deliver(timezone.now())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    deliver(timezone.now())
    assert len(found) == 1
