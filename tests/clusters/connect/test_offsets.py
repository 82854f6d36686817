"""Offsets of connectors are altered and reset, plugins listed, levels of loggers set, on a real worker."""

import json
import os
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEntry
from clusters.connect import plan
from clusters.connect.rules.documents import ConfigError
from clusters.connect.rules.offsets import as_json, read_json
from clusters.gateway.connect.offsets import ConnectorOffset
from clusters.models import Cluster
from kafkaadmin.cli import main
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.connect.conftest import CONNECTORS, Add, state_of, task_states
from tests.connect_worker import ConnectWorker
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
A, B = ConnectorOffset({"file": "a"}, {"position": 3}), ConnectorOffset({"file": "b"}, {"position": 9})


def test_offsets_are_written_as_they_are_read() -> None:
    assert read_json(as_json([A, B])) == (A, B)
    assert read_json('{"offsets": [{"partition": {"file": "a"}, "offset": null}]}')[0].offset is None


@pytest.mark.parametrize("text", ["{", "1", '[{"partition": {}}]', '[{"partition": 1, "offset": null}]', '[{"partition": {}, "offset": 3}]'])  # fmt: skip  # noqa: E501
def test_what_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        read_json(text)


def test_a_plan_names_only_partitions_that_move() -> None:
    planned = plan.alter_offsets("c", [A, B], [A, ConnectorOffset({"file": "b"}, None)])
    assert [(step.subject, step.before, step.after) for step in planned.steps] == [(B.key, B.text, None)]
    assert len(plan.reset_offsets("c", [A, B]).steps) == 2
    many = [ConnectorOffset({"n": number}, {"p": 1}) for number in range(60)]
    assert plan.reset_offsets("c", many).steps[-1].before == "10"


@pytest.mark.django_db
def test_offsets_of_a_stopped_source_are_altered_and_reset(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    name = unique("read")
    file = connect_worker.files / f"{name}.txt"
    file.write_text("one\ntwo\n")
    add(name, source=True)
    page, partition = f"{CONNECTORS}files/{name}/offsets/", {"filename": str(file)}
    moved = json.dumps([{"partition": partition, "offset": {"position": 4}}])
    running = admin.post(page, {"what": "alter", "offsets": moved})
    assert "offsets can only be changed while it is STOPPED" in running.content.decode()
    admin.post(f"{CONNECTORS}files/{name}/operate/stop/")
    eventually(lambda: (state_of(connect_worker, name), task_states(connect_worker, name)) == ("STOPPED", []))
    preview = admin.post(page, {"what": "alter", "offsets": moved, "action": "preview"}).content.decode()
    assert "{&quot;position&quot;: 4}" in preview.partition("Planned changes")[2]
    assert admin.post(page, {"what": "alter", "offsets": moved}).status_code == 302
    detail = f"{CONNECTORS}files/{name}/"
    assert "{&quot;position&quot;: 4}" in admin.get(detail).content.decode()
    assert "No change" in admin.post(page, {"what": "alter", "offsets": moved}).content.decode()
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    assert "type the name to confirm" in admin.post(page, {"what": "reset"}).content.decode()
    assert admin.post(page, {"what": "reset", "confirm": name}).status_code == 302
    assert "None committed yet" in admin.get(detail).content.decode()
    entry = AuditEntry.objects.filter(action="connect.offsets", outcome="done").earliest("pk")
    assert entry.steps[0]["after"] == '{"position": 4}'


@pytest.mark.django_db(transaction=True)
def test_plugins_loggers_and_offsets_by_page_api_and_command(
    live_server: LiveServer, admin: Client, viewer: Client, local: Cluster
) -> None:
    page = admin.get(f"{CONNECTORS}clusters/files/").content.decode()
    assert "FileStreamSinkConnector" in page
    assert "RegexRouter" in page
    assert "FileStreamSinkConnector" in viewer.get(f"{CONNECTORS}clusters/files/").content.decode()
    loggers = f"{CONNECTORS}clusters/files/loggers/"
    assert viewer.get(loggers).status_code == 403
    name = "org.apache.kafka.connect.runtime.WorkerSinkTask"
    assert admin.post(loggers, {"logger": name, "level": "DEBUG"}).status_code == 302
    assert name in admin.get(loggers).content.decode()
    program = program_of(person("bob", "admin"))
    assert {"name": name, "level": "DEBUG"} in program.get(f"{LOCAL}/connect-clusters/files/loggers")
    environment = {"KAFKAADMIN_URL": live_server.url, "KAFKAADMIN_TOKEN": program.secret, "KAFKAADMIN_CLUSTER": "local"}
    result = CliRunner().invoke(main, ["connectors", "loggers", "files", "--set", name, "error"], env=environment)
    assert "DEBUG → ERROR" in result.stdout, result.output
    assert "ERROR" in CliRunner().invoke(main, ["connectors", "loggers", "files"], env=environment).stdout


@pytest.fixture(autouse=True)
def token() -> Iterator[None]:
    yield
    os.environ.pop("KAFKAADMIN_TOKEN", None)
