"""Everything that failed is restarted: at once by somebody, or now and then by the schedule, which is bounded."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.connect.restarting.scheduled import WHO
from clusters.connect.rules.schedule import may_restart, recent
from clusters.models import Cluster, ConnectCluster, Connector
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.connect.conftest import CONNECTORS, Add, mirror_connectors, task_states
from tests.conftest import signed_in
from tests.connect_worker import ConnectWorker
from tests.kafka.waiting import eventually
from tests.metrics.servers import Answer, Handler, says, serving

Unique = Callable[[str], str]
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
FAILED = f"{CONNECTORS}restart-failed/"


def test_restarts_count_for_a_day() -> None:
    restarts = [(NOW - timedelta(hours=hours)).isoformat() for hours in (30, 20, 1)]
    assert recent(restarts, NOW) == restarts[1:]
    assert may_restart(restarts, 3, NOW)
    assert not may_restart(restarts, 2, NOW)
    assert not may_restart([(NOW + timedelta(hours=5)).isoformat()], 1, NOW)  # of a clock that was set back


@pytest.mark.django_db
def test_everything_that_failed_is_restarted_and_each_is_recorded(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    folders = [connect_worker.files / unique("gone") for _ in range(2)]
    names = [add(unique("bulk"), file=str(folder / "out.txt"), fails=True) for folder in folders]
    running = add(unique("fine"))
    ConnectCluster.objects.create(cluster=local, name="away", url="http://127.0.0.1:1")
    mirror_connectors()
    assert "Restart failed…" in admin.get(CONNECTORS).content.decode()
    page = admin.get(FAILED).content.decode()
    assert all(f"files: connector {name} task 0" in page for name in names)
    assert running not in page
    assert "away: Kafka Connect: http://127.0.0.1:1" in page
    for folder in folders:
        folder.mkdir()
    other = signed_in(person("pat", "operator", resources="other-*"))
    assert "Nothing that you may restart has failed" in other.post(FAILED).content.decode()
    assert admin.post(f"{FAILED}?connect=files", {"plan": "another"}).status_code == 409
    assert admin.post(f"{FAILED}?connect=files").status_code == 302
    for name in names:
        eventually(lambda: task_states(connect_worker, name) == ["RUNNING"])  # noqa: B023
    entries = AuditEntry.objects.filter(action="connect.operate", outcome="done", username="ada")
    assert set(entries.values_list("resource", flat=True)) >= set(names)


def failing(calls: list[str]) -> Answer:
    """Answer as a Connect cluster with one connector, whose task fails whatever is done."""
    connector = {
        "info": {"name": "c", "config": {"connector.class": "X", "name": "c", "topics": "t"}, "type": "sink"},
        "status": {
            "name": "c", "connector": {"state": "RUNNING", "worker_id": "w"},
            "tasks": [{"id": 0, "state": "FAILED", "worker_id": "w", "trace": "boom"}],
        },
    }  # fmt: skip

    def answer(handler: Handler) -> None:
        calls.append(f"{handler.command} {handler.path}")
        part = handler.path.partition("?")[0].rpartition("/")[2]
        content = {
            "connectors": {"c": connector}, "c": connector["info"], "status": connector["status"], "config": [],
        }.get(part, {"version": "9"})  # fmt: skip
        says(json.dumps(content))(handler)

    return answer


def restarts_in(calls: list[str]) -> int:
    return sum(call.startswith("POST") for call in calls)


@pytest.mark.django_db
def test_the_schedule_restarts_so_often_and_then_leaves_it(admin: Client) -> None:
    calls: list[str] = []
    local = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    with serving(failing(calls)) as url:
        ConnectCluster.objects.create(cluster=local, name="files", url=url)
        mirror_connectors()
        assert restarts_in(calls) == 0  # it has no schedule
        ConnectCluster.objects.update(restart_minutes=10, restart_most=2)
        for passes, restarts in ((1, 1), (2, 1)):
            mirror_connectors()
            assert restarts_in(calls) == restarts, passes  # not again within the ten minutes
        for expected in (2, 2):  # the third is one too many
            ConnectCluster.objects.update(restarted_at=NOW - timedelta(days=9000))
            mirror_connectors()
            assert restarts_in(calls) == expected
        entries = AuditEntry.objects.filter(username=WHO)
        assert [(entry.action, entry.resource, entry.outcome) for entry in entries] == [
            ("connect.operate", "c", "done")
        ] * 2
        assert len(Connector.objects.get().restarts) == 2
        assert "Restarted by schedule 2 times" in admin.get(f"{CONNECTORS}files/c/").content.decode()
        Connector.objects.update(restarts=[])
        Cluster.objects.update(read_only=True)
        ConnectCluster.objects.update(restarted_at=None)
        mirror_connectors()
        assert restarts_in(calls) == 2


@pytest.mark.django_db
def test_by_the_api(db: None) -> None:
    calls: list[str] = []
    local = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    with serving(failing(calls)) as url:
        ConnectCluster.objects.create(cluster=local, name="files", url=url)
        ada = program_of(person("ada", "admin"))
        planned = ada("POST", f"{LOCAL}/connector-restarts?dry_run=true", {}).json()
        assert [(row["connector"], row["done"]) for row in planned["restarts"]] == [("c", False)]
        assert restarts_in(calls) == 0
        done = ada("POST", f"{LOCAL}/connector-restarts?plan={planned['plan']}", {}).json()
        assert [(row["connector"], row["done"]) for row in done["restarts"]] == [("c", True)]
        assert restarts_in(calls) == 1
