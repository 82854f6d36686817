"""Rules of one's own, from the form to the alert: who may define them, what they find, and how their alerts end."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Grant
from clusters.models import Cluster, Group, GroupTopic, Mirror, Topic
from metrics.alerts.delivery import plan_notices
from metrics.findings.store import look_for_findings
from metrics.models import AlertRule, Channel, FindingRow, Notice
from metrics.own_rules.source import look
from tests.api.conftest import V1, person, program_of

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)


@pytest.fixture
def prod(db: None) -> Cluster:
    cluster = Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")
    now = timezone.now()
    Mirror.objects.create(cluster=cluster, looked_at=now, current_as_of=now, controller_id=1)
    for name, lag, time_lag in (("billing", 10_001, 700.0), ("search", 20_000, None), ("idle", 0, 0.0)):
        Group.objects.create(cluster=cluster, name=name, state="Stable", type="classic", lag=lag, time_lag=time_lag)
    for name, rate in (("orders", 0.2), ("events", 50.0), ("new", None)):
        Topic.objects.create(
            cluster=cluster, name=name, partitions=1, replication=3, rate=rate, min_isr=2, under_min_isr=0
        )
    Topic.objects.create(
        cluster=cluster, name="__consumer_offsets", partitions=1, replication=3, internal=True, rate=0, min_isr=2
    )
    return cluster


def rule(**fields: Any) -> AlertRule:
    values = {"name": "late", "kind": "lag", "threshold": Decimal(10_000), "for_seconds": 300} | fields
    return AlertRule.objects.create(**values)


def opened(cluster: Cluster, *seconds: int) -> list[tuple[str, str]]:
    """Look for findings so many seconds from now, and return the open ones of own rules."""
    for later in seconds or (0,):
        look_for_findings(cluster, timezone.now() + timedelta(seconds=later))
    rows = FindingRow.objects.filter(rule__contains=":", resolved_at=None).exclude(opened_at=None)
    return sorted(rows.values_list("rule", "subject"))


@pytest.mark.parametrize(
    ("fields", "subjects"),
    [
        ({}, ["billing", "search"]),
        ({"resource_glob": "bil*"}, ["billing"]),
        ({"threshold": Decimal(10_001)}, ["search"]),
        ({"cluster_glob": "test-*"}, []),
        ({"enabled": False}, []),
        ({"kind": "time-lag", "threshold": Decimal(600)}, ["billing"]),
        ({"kind": "rate-above", "threshold": Decimal(10)}, ["events"]),
        ({"kind": "rate-below", "threshold": Decimal(1)}, ["orders"]),
    ],
)
def test_a_rule_alerts_on_what_passes_its_threshold_for_long_enough(
    prod: Cluster, fields: dict[str, Any], subjects: list[str]
) -> None:
    row = rule(**fields)
    assert opened(prod, 0, 299) == []
    assert opened(prod, 301) == [(row.key, subject) for subject in subjects]


def test_what_is_no_longer_known_neither_begins_nor_ends_an_alert(prod: Cluster) -> None:
    row = rule(for_seconds=0)
    assert opened(prod) == [(row.key, "billing"), (row.key, "search")]
    Group.objects.filter(name="billing").update(lag=None)
    Group.objects.filter(name="search").update(lag=3, unknown=1)
    read = GroupTopic.objects.create(cluster=prod, group="search", topic="orders", lag=3, unknown=1)
    assert len(opened(prod)) == 2
    read.delete()
    Group.objects.update(lag=0, unknown=0)
    Mirror.objects.update(error="Kafka is unreachable.")
    assert len(opened(prod)) == 2
    Mirror.objects.update(error="", current_as_of=timezone.now() - LATER)
    assert len(opened(prod)) == 2
    Mirror.objects.update(current_as_of=timezone.now(), failures=[["group search", "It timed out."]])
    assert opened(prod) == [(row.key, "search")]
    Mirror.objects.update(failures=[])
    assert opened(prod) == []


def test_a_topic_that_is_gone_has_no_lag_that_is_unknown(prod: Cluster) -> None:
    row = rule(for_seconds=0)
    opened(prod)
    Group.objects.filter(name="billing").update(lag=None, unknown=3)
    GroupTopic.objects.create(cluster=prod, group="billing", topic="deleted", unknown=3)
    assert opened(prod) == [(row.key, "search")]


def test_while_lag_is_not_evaluated_time_lags_are_not_either(prod: Cluster) -> None:
    rule(kind="time-lag", threshold=Decimal(600))
    assert look(prod, {("lag-overdue", ""), ("time-lag:late", "gone")}).rules == frozenset()
    assert look(prod, {("time-lag:late", "gone")}).rules == {"time-lag:late"}


def test_a_group_that_is_gone_has_no_alert(prod: Cluster) -> None:
    rule(for_seconds=0)
    opened(prod)
    Group.objects.filter(name="search").delete()
    assert opened(prod) == [("lag:late", "billing")]


def test_deleting_a_rule_or_switching_it_off_resolves_its_alerts_and_says_so(prod: Cluster, admin: Client) -> None:
    Channel.objects.create(name="ops", rule_glob="lag:*")
    for change in ("delete", "off"):
        row = rule(for_seconds=0)
        opened(prod)
        plan_notices(prod, timezone.now())
        Notice.objects.update(sent_at=timezone.now())
        if change == "delete":
            page = admin.get(f"/alert-rules/{row.pk}/delete/").content.decode()
            assert "open alerts" in page
            admin.post(f"/alert-rules/{row.pk}/delete/")
        else:
            admin.post(f"/alert-rules/{row.pk}/", {**FORM, "enabled": ""})
        assert not FindingRow.objects.filter(rule="lag:late", resolved_at=None).exists()
        assert opened(prod) == []
        plan_notices(prod, timezone.now())
        assert Notice.objects.filter(event=Notice.RESOLVED, sent_at=None).count() == 2
        AlertRule.objects.all().delete()
        FindingRow.objects.all().delete()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.resource) == ("rules.manage", "late")
    assert {"subject": "open alerts", "before": "2", "after": "resolved"} in entry.steps


FORM = {"name": "late", "kind": "lag", "severity": "critical", "threshold": "10,000", "lasting": "0",
        "cluster_glob": "*", "resource_glob": "*", "enabled": "on", "action": "save"}  # fmt: skip


def test_a_rule_is_defined_by_a_form_that_says_what_it_matches(prod: Cluster, admin: Client) -> None:
    preview = admin.post("/alert-rules/new/", {**FORM, "resource_glob": "b*", "action": "preview"}).content.decode()
    assert "Matches 1 cluster, 1 consumer group" in preview
    assert "Lag above 10,000" in preview
    assert not AlertRule.objects.exists()
    assert admin.post("/alert-rules/new/", FORM).status_code == 302
    assert opened(prod) == [("lag:late", "billing"), ("lag:late", "search")]
    page = admin.get("/alert-rules/").content.decode()
    assert "Lag above 10,000" in page
    alerts = admin.get("/clusters/prod/alerts/").content.decode()
    assert "lag 10,001" in alerts
    assert "late" in alerts
    row = AlertRule.objects.get()
    admin.post(f"/alert-rules/{row.pk}/", {**FORM, "name": "very late"})
    assert opened(prod) == [("lag:very late", "billing"), ("lag:very late", "search")]
    assert FindingRow.objects.filter(rule__contains=":").count() == 2


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("kind=lag&cluster_glob=*&resource_glob=*", "Matches 1 cluster, 3 consumer groups."),
        ("kind=lag&cluster_glob=*&resource_glob=b*&threshold=10", "1 consumer group; 1 above the threshold now."),
        ("kind=rate-below&cluster_glob=prod&resource_glob=*&threshold=1", "3 topics; 1 below the threshold now."),
        ("kind=lag&cluster_glob=test-*&resource_glob=*&threshold=many", "Matches 0 clusters, 0 consumer groups."),
        ("kind=%3Cb%3E&cluster_glob=%00&resource_glob=[&threshold=-1", "Matches 0 clusters, 0 consumer groups."),
    ],
)
def test_the_form_says_what_its_patterns_match_while_it_is_filled_in(
    prod: Cluster, admin: Client, query: str, text: str
) -> None:
    assert text in admin.get(f"/alert-rules/matches/?{query}").content.decode()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"threshold": "many"}, "a number of records"),
        ({"kind": "time-lag", "threshold": "10 parsecs"}, "a time, e.g. 10 min"),
        ({"lasting": "31 d"}, "at most 30 days"),
        ({"name": ""}, "required"),
        ({"name": "a\x07b"}, "printable"),
        ({"kind": "pigeons"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    prod: Cluster, admin: Client, fields: dict[str, str], error: str
) -> None:
    response = admin.post("/alert-rules/new/", FORM | fields)
    assert (response.status_code, error in response.content.decode()) == (422, True)
    assert not AlertRule.objects.exists()


def test_a_team_defines_rules_for_its_own_groups_and_sees_no_others(prod: Cluster) -> None:
    lead = person("lead", role="custom", actions=["rules.manage"], clusters="prod", resources="bil*")
    client = Client()
    client.force_login(lead)
    theirs = rule(name="theirs")
    for fields in ({}, {"cluster_glob": "prod"}, {"resource_glob": "bil*"}):
        response = client.post("/alert-rules/new/", FORM | fields)
        assert "beyond" not in response.content.decode()
        assert (response.status_code, "match more than your roles cover" in response.content.decode()) == (422, True)
    own = FORM | {"cluster_glob": "prod", "resource_glob": "billing-*"}
    assert client.post("/alert-rules/new/", own).status_code == 302
    assert "theirs" not in client.get("/alert-rules/").content.decode()
    assert client.get(f"/alert-rules/{theirs.pk}/").status_code == 404
    assert client.post(f"/alert-rules/{theirs.pk}/delete/").status_code == 404
    assert AlertRule.objects.filter(name="theirs").exists()


def test_alerts_are_visible_to_whoever_may_see_the_group_or_topic(prod: Cluster) -> None:
    rule(for_seconds=0)
    rule(name="quiet", kind="rate-below", threshold=Decimal(1), for_seconds=0)
    opened(prod)
    pat = User.objects.create_user("pat")
    Grant.objects.create(user=pat, role="operator", clusters="prod", resources="bil*")
    program = program_of(pat)
    (alert,) = program.get(f"{V1}/clusters/prod/findings")["items"]
    assert (alert["subject"], alert["title"], alert["rule"]) == ("billing", "late", "lag:late")
    AlertRule.objects.all().delete()
    opened(prod)
    past = program.get(f"{V1}/clusters/prod/findings?state=resolved")["items"]
    assert [row["subject"] for row in past] == ["billing"]
    others = FindingRow.objects.get(subject="search")
    assert (
        program("POST", f"{V1}/clusters/prod/findings/{others.pk}/silence", {"hours": 8, "reason": "r"}).status_code
        == 404
    )
