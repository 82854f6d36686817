"""What a channel is notified of: what was picked, of which none means all, and what its patterns match."""

from typing import Any

import pytest
from django.test import Client

from clusters.models import Cluster
from metrics.alerts.routing import wants
from metrics.models import AlertRule, Channel, FindingRow

pytestmark = pytest.mark.django_db
FORM = {"name": "ops", "kind": "apprise", "address": "json://127.0.0.1:1/x", "severities": ["critical"],
        "cluster_glob": "*", "rule_glob": "*", "subject_glob": "*", "repeat_hours": "4", "enabled": "on"}  # fmt: skip


@pytest.fixture
def prod(db: None) -> Cluster:
    return Cluster.objects.create(slug="prod", name="Production", bootstrap_servers="127.0.0.1:1")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"severity": "critical"}, False),
        ({"severities": ["critical", "info"]}, False),
        ({"severity": "critical", "severities": ["warning"]}, True),
        ({"clusters": ["prod", "test"]}, True),
        ({"clusters": ["test"]}, False),
        ({"rules": ["lag:late", "no-leader"]}, True),
        ({"rules": ["no-leader"]}, False),
        ({"rules": ["lag:late"], "rule_glob": "no-*"}, False),
        ({"rule_glob": "lag:*", "subject_glob": "bil*"}, True),
        ({"subject_glob": "search"}, False),
    ],
)
def test_what_was_picked_and_what_matches_the_patterns_is_wanted(
    prod: Cluster, fields: dict[str, Any], expected: bool
) -> None:
    finding = FindingRow(cluster=prod, rule="lag:late", subject="billing", severity="warning")
    assert wants(Channel(**fields), finding) == expected


def test_rules_severities_and_clusters_are_picked_from_lists(prod: Cluster, admin: Client) -> None:
    AlertRule.objects.create(name="late", kind="lag")
    page = admin.get("/channels/new/").content.decode()
    for label in ("Cluster and topics", "Broker metrics", "Consumer lag", "Own rules", "late (lag)", "Production"):
        assert label in page
    assert "https://host/path" in page
    typed = FORM | {"severities": ["critical", "info"], "clusters": ["prod"], "rules": ["lag:late", "no-leader"]}
    assert admin.post("/channels/new/", typed).status_code == 302
    row = Channel.objects.get()
    assert (row.severities, row.clusters, row.rules) == (["critical", "info"], ["prod"], ["lag:late", "no-leader"])
    page = admin.get(f"/channels/{row.pk}/").content.decode()
    assert "2 chosen" in page
    assert page.count("checked") == 6  # two severities, one cluster, two rules, and on
    assert admin.post(f"/channels/{row.pk}/", FORM | {"address": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.severity, row.severities, row.clusters, row.rules) == ("critical", None, None, None)


def test_what_is_not_in_the_lists_is_refused_and_forms_of_before_still_work(prod: Cluster, admin: Client) -> None:
    for name, picked in (("severities", []), ("clusters", ["nowhere"]), ("rules", ["no-such-rule"])):
        assert admin.post("/channels/new/", FORM | {name: picked}).status_code == 422
    assert admin.post("/channels/new/", FORM | {"severities": [], "severity": "info"}).status_code == 302
    assert Channel.objects.get().severity == "info"


def test_a_picked_rule_that_is_renamed_stays_and_one_that_is_deleted_does_not_become_all(
    prod: Cluster, admin: Client
) -> None:
    rule = AlertRule.objects.create(name="late", kind="lag", threshold=1)
    row = Channel.objects.create(name="ops", rules=["lag:late"])
    form = {"name": "too late", "kind": "lag", "severity": "warning", "threshold": "1", "lasting": "0",
            "cluster_glob": "*", "resource_glob": "*", "enabled": "on"}  # fmt: skip
    assert admin.post(f"/alert-rules/{rule.pk}/", form).status_code == 302
    row.refresh_from_db()
    assert row.rules == ["lag:too late"]
    admin.post(f"/alert-rules/{rule.pk}/delete/")
    row.refresh_from_db()
    assert row.rules == ["lag:too late"]
    page = admin.get(f"/channels/{row.pk}/").content.decode()
    assert "Deleted or renamed rules" in page
