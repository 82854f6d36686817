"""Channels through the API: added, changed, tried, deleted; addresses go in and never come out."""

import json
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from clusters.models import Cluster
from metrics.models import Channel, FindingRow, Notice
from tests.api.conftest import V1, Program
from tests.metrics.servers import Handler, says, serving

pytestmark = pytest.mark.django_db
CHANNELS = f"{V1}/channels"
SECRET = "json://127.0.0.1:1/very-secret"


def new(**fields: Any) -> dict[str, Any]:
    return {"name": "ops", "kind": "apprise", "address": SECRET, **fields}


def test_a_channel_is_added_changed_and_deleted_and_its_address_is_never_told(ada: Program) -> None:
    trial = ada("POST", f"{CHANNELS}?dry_run=true", new()).json()
    assert {"kind": "add", "subject": "address", "before": None, "after": "stored"} in trial["steps"]
    assert not Channel.objects.exists()
    assert ada("POST", f"{CHANNELS}?plan={trial['plan']}", new()).status_code == 201
    assert ada("POST", CHANNELS, new()).status_code == 422
    (channel,) = ada.get(CHANNELS)
    assert (channel["name"], channel["severity"], channel["enabled"], channel["secrets"]) == (
        "ops",
        "warning",
        True,
        ["address"],
    )
    changed = ada("PATCH", f"{CHANNELS}/ops", {"severity": "critical", "enabled": False}).json()
    assert {change_step["subject"]: change_step["after"] for change_step in changed["steps"]} == {
        "severity": "critical",
        "enabled": "False",
    }
    assert Channel.objects.get().secrets["url"] == SECRET
    (step,) = ada("PATCH", f"{CHANNELS}/ops", {"address": f"{SECRET}-2"}).json()["steps"]
    assert (step["before"], step["after"]) == ("stored", "updated")
    assert Channel.objects.get().secrets["url"] == f"{SECRET}-2"
    assert ada("PATCH", f"{CHANNELS}/ops", {"name": "a/b"}).status_code == 200
    assert ada.get(f"{CHANNELS}/a%2Fb")["severity"] == "critical"
    assert ada("DELETE", f"{CHANNELS}/a%2Fb?dry_run=true").json()["done"] is False
    assert ada("DELETE", f"{CHANNELS}/a%2Fb").json()["done"]
    assert not Channel.objects.exists()
    assert ada("DELETE", f"{CHANNELS}/a%2Fb").status_code == 404
    entries = list(AuditEntry.objects.values())
    assert [(entry["action"], entry["outcome"]) for entry in entries] == [("channels.manage", "done")] * 5
    assert "very-secret" not in str(entries) + json.dumps(channel) + json.dumps(changed)


def test_clusters_rules_and_severities_are_picked(ada: Program) -> None:
    Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    picked = {"clusters": ["c"], "rules": ["no-leader"], "severities": ["info", "critical"]}
    assert ada("POST", CHANNELS, new(**picked)).status_code == 201
    channel = ada.get(f"{CHANNELS}/ops")
    assert (channel["clusters"], channel["rules"]) == (["c"], ["no-leader"])
    assert (channel["severity"], channel["severities"]) == ("info", ["critical", "info"])
    change = ada("PATCH", f"{CHANNELS}/ops", {"rules": [], "severity": "warning"}).json()
    assert [(step["subject"], step["before"], step["after"]) for step in change["steps"]] == [
        ("severity", "critical, info", "warning"),
        ("rules", "no-leader", "all"),
    ]
    channel = ada.get(f"{CHANNELS}/ops")
    assert (channel["clusters"], channel["rules"], channel["severities"]) == (["c"], [], ["critical", "warning"])
    assert ada("PATCH", f"{CHANNELS}/ops", {"clusters": ["nowhere"]}).json()["errors"].keys() == {"clusters"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"address": ""}, "address"),
        ({"kind": "alertmanager", "address": "ftp://y"}, "address"),
        ({"kind": "pigeon"}, "kind"),
        ({"name": ""}, "name"),
        ({"repeat_hours": -1}, "repeat_hours"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(ada: Program, fields: dict[str, Any], field: str) -> None:
    for path in (CHANNELS, f"{CHANNELS}?dry_run=1", f"{V1}/channel-tests"):
        response = ada("POST", path, new(**fields))
        assert (response.status_code, list(response.json()["errors"])) == (422, [field])
        assert "very-secret" not in response.content.decode()
    assert not Channel.objects.exists()


def test_a_channel_is_tried_before_and_after_it_is_saved(ada: Program) -> None:
    sent: list[str] = []

    def remember(handler: Handler) -> None:
        sent.append(handler.path)
        says("{}")(handler)

    with serving(remember) as url:
        alertmanager = new(kind="alertmanager", address=url)
        assert ada("POST", f"{V1}/channel-tests", alertmanager).json() == {"ok": True, "error": ""}
        assert not Channel.objects.exists()
        ada("POST", CHANNELS, alertmanager)
        assert ada("POST", f"{CHANNELS}/ops/test", {}).json()["ok"]
        assert sent == ["/api/v2/alerts"] * 2
    verdict = ada("POST", f"{CHANNELS}/ops/test", {"address": "http://127.0.0.1:1/very-secret"}).json()
    assert (verdict["ok"], "is unreachable" in verdict["error"]) == (False, True)
    assert "very-secret" not in str(verdict)
    assert Channel.objects.get().secrets["url"] == url


def test_what_was_sent_and_what_could_not_be_is_listed(ada: Program, vera: Program) -> None:
    cluster, now = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1"), timezone.now()
    channel = Channel.objects.create(name="ops")
    finding = FindingRow.objects.create(cluster=cluster, rule="no-leader", severity="critical", since=now, seen_at=now)
    for number in range(3):
        Notice.objects.create(channel=channel, finding=finding, event="repeated", number=number, error=str(number))
    first = ada.get(f"{V1}/notices?limit=2")
    assert [notice["error"] for notice in first["items"]] == ["2", "1"]
    (last,) = ada.get(f"{V1}/notices?limit=2&cursor={first['next']}")["items"]
    assert (last["cluster"], last["channel"], last["finding"], last["sent_at"]) == ("c", "ops", finding.pk, None)
    for path in ("notices", "channels", "channels/ops"):
        assert vera("GET", f"{V1}/{path}").status_code == 403
