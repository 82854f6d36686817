"""Connectors are paused, resumed, stopped, restarted and deleted, on a real worker."""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEntry
from clusters.connect import plan
from clusters.gateway.connect.connectors import Connector as Description
from clusters.gateway.connect.connectors import Task
from clusters.models import Cluster, Connector
from kafkaadmin.cli import main
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.connect.conftest import CONNECTORS, Add, mirror_connectors, state_of, status_of, task_states
from tests.conftest import signed_in
from tests.connect_worker import ConnectWorker
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
ONE = Description(
    "a", "sink", "RUNNING", config={"connector.class": "X"},
    tasks=(Task(0, "RUNNING"), Task(1, "FAILED"), Task(2, "FAILED")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "task", "subjects"),
    [
        (plan.PAUSE, None, ["connector a"]),
        (plan.RESUME, None, []),
        (plan.RESTART, None, ["connector a"]),
        (plan.RESTART_FAILED, None, ["connector a task 1", "connector a task 2"]),
        (plan.RESTART_ALL, None, ["connector a", "connector a task 0", "connector a task 1", "connector a task 2"]),
        (plan.RESTART_TASK, 1, ["connector a task 1"]),
        (plan.RESTART_TASK, 9, []),
    ],
)
def test_an_operation_names_what_it_touches(operation: plan.Operation, task: int | None, subjects: list[str]) -> None:
    assert [step.subject for step in plan.operate(operation, ONE, task).steps] == subjects


def test_what_a_deletion_leaves_is_said() -> None:
    assert plan.delete(ONE, "connect-a").warnings == ("The consumer group connect-a keeps its offsets.",)


def is_in(worker: ConnectWorker, name: str, state: str) -> bool:
    return state_of(worker, name) == state


@pytest.mark.django_db
def test_a_connector_is_paused_stopped_resumed_and_deleted(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    name = add(unique("run"))
    mirror_connectors()
    page = f"{CONNECTORS}files/{name}/"
    assert "Pause" in admin.get(page).content.decode()
    for operation, state in (("pause", "PAUSED"), ("stop", "STOPPED"), ("resume", "RUNNING")):
        assert admin.post(f"{page}operate/{operation}/").status_code == 302
        eventually(partial(is_in, connect_worker, name, state))
        assert Connector.objects.get(name=name).state == state
    entry = AuditEntry.objects.filter(action="connect.operate").first()
    assert entry
    assert (entry.resource, entry.outcome, entry.steps[0]["after"]) == (name, "done", "RUNNING")
    assert "No change" in admin.post(f"{page}operate/resume/", follow=True).content.decode()
    assert admin.get(f"{page}operate/explode/").status_code == 404

    assert "keeps its offsets" in admin.get(f"{page}delete/").content.decode()
    assert admin.post(f"{page}delete/", {"confirm": "other"}).status_code == 422
    assert admin.post(f"{page}delete/", {"confirm": name}).status_code == 302
    eventually(lambda: status_of(connect_worker, name) == {})
    assert not Connector.objects.filter(name=name).exists()


@pytest.mark.django_db
def test_failed_tasks_are_restarted_and_run_once_their_cause_is_gone(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    folder = connect_worker.files / unique("later")
    name = unique("mended")
    add(name, file=str(folder / "out.txt"), fails=True)
    mirror_connectors()
    assert Connector.objects.get(name=name).tasks_failed == 1
    folder.mkdir()
    page = f"{CONNECTORS}files/{name}/operate/restart-failed/"
    shown = admin.get(page).content.decode()
    assert f"connector {name} task 0" in shown
    assert admin.post(page).status_code == 302
    eventually(lambda: task_states(connect_worker, name) == ["RUNNING"])
    assert Connector.objects.get(name=name).tasks_failed == 0


@pytest.mark.django_db
def test_only_what_a_grant_covers_may_be_operated(
    local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker, viewer: Client
) -> None:
    name = add(unique("mine"))
    path = f"{CONNECTORS}files/{name}/operate/pause/"
    assert viewer.post(path).status_code == 403
    other = signed_in(person("pat", "operator", resources="other-*"))
    assert f"You don&#x27;t have access to local/{name} (needs connect.operate)." in other.post(path).content.decode()
    Cluster.objects.update(read_only=True)
    assert "read-only" in signed_in(person("op", "operator")).post(path).content.decode()
    assert state_of(connect_worker, name) == "RUNNING"


@pytest.mark.django_db(transaction=True)
def test_by_command_and_api(
    live_server: LiveServer, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    name = add(unique("cli"))
    mirror_connectors()
    program = program_of(person("ada", "admin"))
    environment = {"KAFKAADMIN_URL": live_server.url, "KAFKAADMIN_TOKEN": program.secret, "KAFKAADMIN_CLUSTER": "local"}

    def done(*arguments: str) -> str:
        result: Result = CliRunner().invoke(main, ["connectors", *arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.stdout

    (row,) = program.get(f"{LOCAL}/connectors?q={name}")["items"]
    assert (row["connect"], row["state"], row["tasks_failed"], row["lag"]) == ("files", "RUNNING", 0, None)
    assert row == json.loads(done("list", "--search", name, "--json"))
    assert "FileStreamSinkConnector" in done("show", "files", name)
    assert "files" in done("clusters")
    assert "planned" in done("stop", "files", name, "--dry-run")
    assert "done" in done("stop", "files", name)
    eventually(lambda: state_of(connect_worker, name) == "STOPPED")
    assert "no changes" in done("stop", "files", name)
    assert "done" in done("resume", "files", name)
    eventually(lambda: task_states(connect_worker, name) == ["RUNNING"])
    assert "task 0" in done("restart", "files", name, "--task", "0")
    assert "removed" in done("delete", "files", name)
    eventually(lambda: status_of(connect_worker, name) == {})


@pytest.fixture(autouse=True)
def token() -> Iterator[None]:
    yield
    os.environ.pop("KAFKAADMIN_TOKEN", None)
