"""Findings and notices in the database; who is told, and that nobody is told twice."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from clusters.models import Cluster, Mirror, Topic
from core.encryption import SecretValues
from lag.models import Shard, WatchedGroup
from lag.types import Status
from metrics.alerts.delivery import deliver, plan_notices
from metrics.findings.advice import advice
from metrics.findings.store import look_for_findings
from metrics.models import Channel, FindingRow, MetricsSettings, Notice, Watch
from tests.metrics.servers import Handler, says, serving

Told = list[tuple[str, Any]]


@pytest.fixture
def prod(db: None) -> Cluster:
    cluster = Cluster.objects.create(slug="prod-eu", name="prod-eu", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, looked_at=timezone.now(), controller_id=1)
    return cluster


@pytest.fixture
def alertmanager() -> Iterator[tuple[str, Told]]:
    posted: Told = []

    def remember(handler: Handler) -> None:
        posted.append((handler.path, json.loads(handler.body)))
        says("{}")(handler)

    with serving(remember) as url:
        yield url, posted


def lose_leader(cluster: Cluster) -> FindingRow:
    Topic.objects.create(
        cluster=cluster, name="orders", partitions=3, replication=2, offline=1, trouble=["2: no leader"]
    )
    look_for_findings(cluster, timezone.now())
    return FindingRow.objects.get(rule="no-leader")


def channel(url: str, **fields: Any) -> Channel:
    values: dict[str, Any] = {"name": "ops", "kind": "alertmanager", "secrets": SecretValues(url=url)} | fields
    return Channel.objects.create(**values)


def test_a_finding_is_there_once_and_ends(prod: Cluster) -> None:
    finding = lose_leader(prod)
    assert finding.names == ["orders-2: no leader"]
    look_for_findings(prod, timezone.now())
    assert FindingRow.objects.filter(rule="no-leader").count() == 1
    Topic.objects.update(offline=0, trouble=[])
    look_for_findings(prod, timezone.now())
    finding.refresh_from_db()
    assert finding.resolved_at is not None


def test_alertmanager_is_told_once_of_the_beginning_and_once_of_the_end(
    prod: Cluster, alertmanager: tuple[str, Told]
) -> None:
    url, posted = alertmanager
    channel(url)
    lose_leader(prod)
    for _ in range(3):
        plan_notices(prod, timezone.now())
        deliver(timezone.now())
    assert [path for path, _ in posted] == ["/api/v2/alerts"]
    (alert,) = posted[0][1]
    assert alert["labels"] == {"alertname": "no-leader", "severity": "critical", "cluster": "prod-eu"}
    assert "orders-2: no leader" in alert["annotations"]["description"]
    Topic.objects.update(offline=0)
    look_for_findings(prod, timezone.now())
    plan_notices(prod, timezone.now())
    deliver(timezone.now())
    assert "endsAt" in posted[1][1][0]


def test_an_exporters_silence_resolves_nothing_and_invents_no_missing_controller(prod: Cluster) -> None:
    MetricsSettings.objects.create(cluster=prod, source="exporters")
    now = timezone.now()
    first = [["active_controller", "1", "", 1], ["active_controller", "2", "", 0], ["offline_replicas", "1", "", 3]]
    row = Watch.objects.create(cluster=prod, looked_at=now, measured_at=now, readings=first)
    look_for_findings(prod, now)
    row.readings, row.failures = first[1:2], {"1": "did not answer"}
    row.save()
    look_for_findings(prod, now)
    rules = FindingRow.objects.filter(resolved_at=None).values_list("rule", "subject").order_by("rule")
    assert list(rules) == [("exporter-silent", "broker 1"), ("offline-replicas", "broker 1")]
    row.readings, row.failures = first[:2], {}
    row.save()
    look_for_findings(prod, now)
    assert not FindingRow.objects.filter(resolved_at=None).exists()


def test_topics_without_spare_replicas_by_configuration_are_left_to_their_own_finding(prod: Cluster) -> None:
    MetricsSettings.objects.create(cluster=prod, source="exporters")
    now = timezone.now()
    Topic.objects.create(cluster=prod, name="single", partitions=4, replication=1, min_isr=1)
    Topic.objects.create(cluster=prod, name="safe", partitions=9, replication=3, min_isr=2)
    row = Watch.objects.create(
        cluster=prod, looked_at=now, measured_at=now, readings=[["at_min_isr", "1", "", 3], ["at_min_isr", "2", "", 1]]
    )
    look_for_findings(prod, now)
    assert list(FindingRow.objects.values_list("rule", flat=True)) == ["one-replica"]
    row.readings = [["at_min_isr", "1", "", 5], ["at_min_isr", "2", "", 1]]
    row.save()
    look_for_findings(prod, now)
    assert FindingRow.objects.get(rule="at-min-isr").value == "2 partitions"


def in_trouble(cluster: Cluster, **lags: int) -> None:
    now, blank = timezone.now(), {"total_lag": 0, "max_lag": 0, "partitions": 1, "bad": 1, "last_commit_ms": 0}
    fields = blank | {"cluster": cluster, "source": 0, "since": now, "judged_at": now, "complete": 1.0}
    fields |= {"windows": b"", "verdict": {}, "status": Status.ERR}
    for name, lag in lags.items():
        WatchedGroup.objects.create(**(fields | {"name": name, "total_lag": lag}))


def groups(rule: str) -> set[str]:
    return set(FindingRow.objects.filter(rule=rule, resolved_at=None).values_list("subject", flat=True))


def test_a_group_keeps_its_finding_when_many_others_fall_further_behind(prod: Cluster) -> None:
    Shard.objects.create(cluster=prod, ticked_at=timezone.now())
    in_trouble(prod, **{f"early-{number}": 1 for number in range(60)})
    look_for_findings(prod, timezone.now())
    in_trouble(prod, **{f"late-{number}": 1000 + number for number in range(60)})
    look_for_findings(prod, timezone.now())
    groups_told = groups("group-error")
    assert len(groups_told) == 100
    assert {f"early-{number}" for number in range(60)} <= groups_told
    assert {f"late-{number}" for number in range(20, 60)} <= groups_told
    more = FindingRow.objects.get(rule="more-groups")
    assert (more.value, more.page) == ("and 20 more groups in ERR", "groups")
    assert advice("more-groups").meaning
    WatchedGroup.objects.filter(name__startswith="late").update(status=Status.OK)
    look_for_findings(prod, timezone.now())
    assert groups("group-error") == {f"early-{number}" for number in range(60)}
    assert not groups("more-groups")


def ends(alert: dict[str, str]) -> datetime:
    return datetime.fromisoformat(alert["endsAt"])


def tell(cluster: Cluster, now: datetime) -> None:
    plan_notices(cluster, now)
    deliver(now)


def test_alertmanager_is_told_again_before_it_forgets_and_nothing_more_is_on_the_record(
    prod: Cluster, alertmanager: tuple[str, Told]
) -> None:
    url, posted = alertmanager
    channel(url)
    since = lose_leader(prod).since
    moments = [timezone.now() + timedelta(seconds=61 * number) for number in range(4)]
    for now in moments:
        tell(prod, now)
    alerts = [posted for _, (posted,) in posted]
    assert [ends(alert) - now for alert, now in zip(alerts, moments, strict=True)] == [timedelta(minutes=5)] * 4
    assert {alert["startsAt"] for alert in alerts} == {since.isoformat()}
    Topic.objects.update(offline=0)
    look_for_findings(prod, moments[-1])
    for later in (70, 140):
        tell(prod, moments[-1] + timedelta(seconds=later))
    ((over,),) = [posted for _, posted in posted[4:]]
    assert ends(over) == moments[-1]
    assert list(Notice.objects.order_by("pk").values_list("event", flat=True)) == ["opened", "resolved"]


def test_alertmanager_sees_a_worse_finding_as_the_end_of_one_alert_and_the_beginning_of_another(
    prod: Cluster, alertmanager: tuple[str, Told]
) -> None:
    url, posted = alertmanager
    channel(url)
    lose_leader(prod)
    now = timezone.now()
    for minutes, severity in enumerate(("warning", "critical", "critical", "warning")):
        FindingRow.objects.update(severity=severity)
        tell(prod, now + timedelta(minutes=2 * minutes))
    later = [now + timedelta(minutes=2 * minutes) for minutes in (0, 1, 2, 3)]
    seen = [
        [(alert["labels"]["severity"], ends(alert) > at) for alert in posted]
        for at, (_, posted) in zip(later, posted, strict=True)
    ]
    assert seen == [
        [("warning", True)],
        [("warning", False), ("critical", True)],
        [("critical", True)],
        [("critical", False), ("warning", True)],
    ]


def test_alertmanager_is_not_told_again_of_what_was_silenced_until_the_silence_is_over(
    prod: Cluster, alertmanager: tuple[str, Told]
) -> None:
    url, posted = alertmanager
    channel(url)
    lose_leader(prod)
    now = timezone.now()
    tell(prod, now)
    FindingRow.objects.update(silenced_until=now + timedelta(hours=1))
    tell(prod, now + timedelta(minutes=30))
    assert len(posted) == 1
    tell(prod, now + timedelta(minutes=61))
    assert len(posted) == 2
    assert ends(posted[1][1][0]) > now + timedelta(minutes=61)


def test_an_alert_ends_when_the_channel_wants_it_no_more(prod: Cluster, alertmanager: tuple[str, Told]) -> None:
    url, posted = alertmanager
    ops = channel(url)
    lose_leader(prod)
    now = timezone.now()
    tell(prod, now)
    for minutes, glob in ((2, "disk*"), (4, "disk*"), (6, "*")):
        Channel.objects.filter(pk=ops.pk).update(rule_glob=glob)
        tell(prod, now + timedelta(minutes=minutes))
    assert [ends(posted) > now + timedelta(minutes=3) for _, (posted,) in posted] == [True, False, True]


def test_an_alertmanager_that_was_away_for_hours_is_told_when_it_is_back(
    prod: Cluster, alertmanager: tuple[str, Told]
) -> None:
    ops = channel("http://127.0.0.1:1")
    lose_leader(prod)
    now = timezone.now()
    for minutes in range(0, 120, 10):
        tell(prod, now + timedelta(minutes=minutes))
    assert "Alertmanager is unreachable" in Notice.objects.get().error
    url, posted = alertmanager
    Channel.objects.filter(pk=ops.pk).update(secrets=SecretValues(url=url))
    tell(prod, now + timedelta(minutes=122))
    assert len(posted) == 1
    assert Notice.objects.get().error == ""


def test_apprise_is_told_and_repeats_only_after_the_interval(prod: Cluster, alertmanager: tuple[str, Told]) -> None:
    url, posted = alertmanager
    channel(url.replace("http://", "json://") + "/hook", kind="apprise", repeat_hours=4)
    lose_leader(prod)
    now = timezone.now()
    for hours in (0, 1, 3.9, 4.1, 5):
        plan_notices(prod, now + timedelta(hours=hours))
        deliver(now + timedelta(hours=hours))
    assert [path for path, _ in posted] == ["/hook", "/hook"]
    assert "Offline partitions (no leader)" in str(posted[0][1])
    assert "Still: " in str(posted[1][1])


def test_notifications_link_to_their_alert(prod: Cluster, alertmanager: tuple[str, Told], settings: Any) -> None:
    settings.PUBLIC_URL = "https://kafka.example.com/kafkaadmin"
    url, posted = alertmanager
    channel(url)
    channel(url.replace("http://", "json://") + "/hook", name="chat", kind="apprise")
    finding = lose_leader(prod)
    plan_notices(prod, timezone.now())
    deliver(timezone.now())
    link = f"https://kafka.example.com/kafkaadmin/clusters/prod-eu/alerts/{finding.pk}/"
    by_path = dict(posted)
    assert by_path["/api/v2/alerts"][0]["generatorURL"] == link
    assert link in str(by_path["/hook"])


@pytest.mark.parametrize(
    "fields", [{"cluster_glob": "dev-*"}, {"rule_glob": "disk*"}, {"enabled": False}, {"subject_glob": "broker*"}]
)
def test_a_channel_is_told_only_of_what_it_wants(prod: Cluster, fields: dict[str, object]) -> None:
    channel("http://127.0.0.1:1", **fields)
    lose_leader(prod)
    plan_notices(prod, timezone.now())
    assert not Notice.objects.exists()


def test_a_silenced_finding_is_not_told(prod: Cluster) -> None:
    channel("http://127.0.0.1:1")
    finding = lose_leader(prod)
    FindingRow.objects.filter(pk=finding.pk).update(silenced_until=timezone.now() + timedelta(hours=1))
    plan_notices(prod, timezone.now())
    assert not Notice.objects.exists()


def test_what_fails_is_tried_again_and_said_without_the_address(prod: Cluster) -> None:
    channel("http://127.0.0.1:1/secret-token")
    lose_leader(prod)
    plan_notices(prod, timezone.now())
    deliver(timezone.now())
    notice = Notice.objects.get()
    assert notice.sent_at is None
    assert "Alertmanager is unreachable" in notice.error
    assert "secret-token" not in notice.error
    deliver(timezone.now())
    notice.refresh_from_db()
    assert notice.attempts == 1
    deliver(timezone.now() + timedelta(minutes=2))
    notice.refresh_from_db()
    assert notice.attempts == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory locks whole tables between threads")
@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_tell_it_once_and_once_again(alertmanager: tuple[str, Told]) -> None:
    url, posted = alertmanager
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, looked_at=timezone.now(), controller_id=1)
    channel(url)
    lose_leader(cluster)
    start = threading.Barrier(3)

    def work(now: datetime) -> None:
        start.wait()
        plan_notices(cluster, now)
        deliver(now)
        connection.close()

    for number in (1, 2):
        now = timezone.now() + timedelta(seconds=61 * number)
        workers = [threading.Thread(target=work, args=(now,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        deliver(now)
        assert len(posted) == number
