"""Alerts about Kafka Connect, from the inventory; each is seen by those who may see the connector."""

import pytest
from django.test import Client
from django.utils import timezone

from clusters.connect import findings
from clusters.connect.findings import look
from clusters.models import Cluster, ConnectCluster, Connector
from metrics.findings.store import look_for_findings
from metrics.models import FindingRow
from tests.api.conftest import person
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def local(db: None) -> Cluster:
    return Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")


def connect_cluster(local: Cluster, name: str, error: str = "") -> ConnectCluster:
    return ConnectCluster.objects.create(
        cluster=local, name=name, url="http://c:1", looked_at=timezone.now(), error=error
    )


def failing(connect: ConnectCluster, name: str, trouble: int = 2, **more: object) -> Connector:
    values = {"state": "RUNNING", "tasks": 3, "tasks_failed": 1, "problem": "Task 0: boom\nCaused by: off", **more}
    return Connector.objects.create(cluster=connect.cluster, connect=connect, name=name, trouble=trouble, **values)


def test_what_failed_and_what_is_away_is_found(local: Cluster) -> None:
    files = connect_cluster(local, "files")
    connect_cluster(local, "away", error="Nothing is listening there.")
    failing(files, "tasks")
    failing(files, "whole", trouble=3, state="FAILED")
    failing(files, "unassigned", trouble=1)
    findings = {(finding.rule, finding.subject): finding for finding in look(local, frozenset()).findings}
    assert findings.keys() == {
        ("connect-unreachable", "Connect cluster away"), ("connector-tasks", "tasks"), ("connector-failed", "whole"),
    }  # fmt: skip
    tasks = findings["connector-tasks", "tasks"]
    assert (tasks.value, tasks.names) == ("1 of 3 tasks failed", ("files: Task 0: boom Caused by: off",))


def test_connectors_of_one_name_are_one_finding_and_many_are_counted(
    local: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST", 2)
    files, other = connect_cluster(local, "files"), connect_cluster(local, "other")
    for connect in (files, other):
        failing(connect, "a")
    for name in ("b", "c", "d"):
        failing(files, name)
    former = frozenset({("connector-tasks", "d")})
    alerts = look(local, former).findings
    assert [alert.subject for alert in alerts] == ["d", "a", ""]  # one that has an alert keeps it
    assert len(alerts[1].names) == 2
    assert alerts[2].value == "and 2 more connectors"


def test_an_alert_is_shown_to_those_who_may_see_the_connector_and_leads_to_it(admin: Client, local: Cluster) -> None:
    failing(connect_cluster(local, "files"), "orders-sink")
    look_for_findings(local, timezone.now())
    FindingRow.objects.update(opened_at=timezone.now())
    page = admin.get("/clusters/local/alerts/").content.decode()
    assert "Tasks of a connector failed" in page
    assert 'href="/clusters/local/connectors/files/orders-sink/"' in page
    assert "Caused by: off" in page
    other = signed_in(person("pat", resources="payments-*")).get("/clusters/local/alerts/").content.decode()
    assert "orders-sink" not in other
    own = signed_in(person("olga", resources="orders-*")).get("/clusters/local/alerts/").content.decode()
    assert "orders-sink" in own
