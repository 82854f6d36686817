"""Connectors are configured, created and cloned, on a real worker, which validates them."""

import json
import os
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEntry
from clusters.models import Cluster, ConnectCluster, Connector
from kafkaadmin.cli import main
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.connect.conftest import CONNECTORS, Add, config_of, mirror_connectors, state_of
from tests.connect_worker import SINK, ConnectWorker
from tests.kafka.waiting import eventually
from tests.metrics.servers import Handler, says, serving

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
SECRET = "geheim-and-long"
CREATE = f"{CONNECTORS}clusters/files/create/"


def fields_of(page: str) -> dict[str, str]:
    """Return what a form sends if nothing is typed."""
    inputs = re.findall(r'<input[^>]* name="(setting:[^"]+)"[^>]*>', page)
    values = dict.fromkeys(inputs, "")
    for match in re.finditer(r'<input[^>]* name="(setting:[^"]+)" value="([^"]*)"', page):
        values[match[1]] = match[2]
    for match in re.finditer(r'<select name="(setting:[^"]+)"(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', match[2])
        values[match[1]] = chosen[1] if chosen else ""
    more = re.search(r'<textarea name="more"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    return values | {"more": more[1] if more else "", "attempt": "x"}


def test_a_form_from_the_definition_keeps_what_is_not_touched(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    name = add(unique("edit"), **{"db.password": SECRET, "errors.tolerance": "all"})
    mirror_connectors()
    before, path = config_of(connect_worker, name), f"{CONNECTORS}files/{name}/configure/"
    page = admin.get(path).content.decode()
    assert SECRET not in page
    assert "Destination filename" in page
    assert "db.password=[hidden]" in page
    assert "Error Handling" in page
    fields = fields_of(page)
    assert fields["setting:errors.tolerance"] == "all"
    unchanged = admin.post(path, fields)
    assert unchanged.status_code == 422
    assert "No change" in unchanged.content.decode()

    wrong = admin.post(path, fields | {"setting:tasks.max": "many"}).content.decode()
    assert "Not a number of type INT" in wrong.partition('name="setting:tasks.max"')[2][:1500]
    typed = fields | {"setting:tasks.max": "2"}
    preview = admin.post(path, typed | {"action": "preview"}).content.decode()
    assert "<del>1</del>" in preview
    assert "<ins>2</ins>" in preview
    assert SECRET not in preview
    assert admin.post(path, typed).status_code == 302
    assert config_of(connect_worker, name) == {**before, "tasks.max": "2"}
    entry = AuditEntry.objects.get(action="connect.configure", outcome="done")
    assert entry.steps == [{"subject": "tasks.max", "before": "1", "after": "2"}]


QUERY = "SELECT a\nFROM b"
HELD = {"name": "a", "connector.class": "X", "query": QUERY, "api.token": SECRET, "ssl.certificates": "MII\nx="}


def fails_to_check(handler: Handler) -> None:
    """Answer as a worker whose plugin fails when it checks a configuration; of another class there is none."""
    if handler.path.endswith("/X/config/validate"):
        refusal = json.dumps({"error_code": 500, "message": f"No connection for {HELD}"})
        says(refusal, status=500)(handler)
    elif handler.path.endswith("/validate"):
        says(json.dumps({"error_code": 404, "message": "Failed to find any class"}), status=404)(handler)
    elif handler.path == "/connector-plugins/X/config":
        says(json.dumps([{"name": "query", "type": "STRING", "group": "Reading"}]))(handler)
    else:
        config = HELD if handler.path == "/connectors/a" else HELD | {"name": "b", "connector.class": "Gone"}
        says(json.dumps({"name": config["name"], "type": "source", "config": config}))(handler)


def test_what_fails_to_check_a_configuration_hinders_nobody_from_seeing_it(admin: Client, db: None) -> None:
    local = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    with serving(fails_to_check) as url:
        ConnectCluster.objects.create(cluster=local, name="files", url=url)
        path = f"{CONNECTORS}files/a/configure/"
        page = admin.get(path).content.decode()
        assert "Reading" in page
        assert re.search(rf'<textarea[^>]*name="setting:query"[^>]*>\s*{QUERY}</textarea>', page)
        assert r"ssl.certificates=&quot;MII\nx=&quot;" in page
        typed = {
            "setting:query": QUERY.replace("\n", "\r\n"),
            "more": unescape(fields_of(page)["more"]),
            "attempt": "x",
        }
        refused = admin.post(path, typed)
        assert "Kafka Connect: No connection for" in refused.content.decode()
        assert SECRET not in refused.content.decode()
        assert "api.token=[hidden]" in refused.content.decode()
        gone = admin.get(f"{CONNECTORS}files/b/configure/").content.decode()
        assert "Configuration (JSON)" in gone
        assert SECRET not in gone


def test_json_is_edited_and_a_secret_changed_or_kept(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    name = add(unique("json"), **{"db.password": SECRET, "db.url": "pg://db"})
    path = f"{CONNECTORS}files/{name}/configure/?as=json"
    assert SECRET not in admin.get(path).content.decode()
    shown = {**config_of(connect_worker, name), "db.password": "[hidden]"}

    def post(**changes: str) -> str:
        text = json.dumps({"name": name, "config": {**shown, **changes}})
        return admin.post(path, {"config": text, "attempt": "x"}, follow=True).content.decode()

    elsewhere = post(**{"db.url": "pg://elsewhere"})
    assert "db.password: Enter it again" in elsewhere
    assert f"{name} configured" in post(**{"errors.tolerance": "all"})
    assert config_of(connect_worker, name)["db.password"] == SECRET
    refused = post(**{"db.password": "other-secret", "tasks.max": "x"})
    assert "other-secret" not in refused  # it is kept for the next attempt, and not sent back
    assert "other-secret" not in str(list(AuditEntry.objects.values_list("steps", flat=True)))


def test_a_connector_is_created_by_its_plugins_form_and_cloned_without_secrets(
    admin: Client, local: Cluster, unique: Unique, connect_worker: ConnectWorker
) -> None:
    name, topic = unique("new"), unique("lines")
    assert "FileStreamSinkConnector" in admin.get(CREATE).content.decode()
    path = f"{CREATE}?plugin={SINK}"
    fields = fields_of(admin.get(path).content.decode()) | {"name": name}
    missing = admin.post(path, fields)
    assert missing.status_code == 422
    assert "Must configure one of topics or topics.regex" in missing.content.decode()
    typed = fields | {
        "setting:topics": topic, "setting:file": str(connect_worker.files / name), "more": f"db.password={SECRET}",
    }  # fmt: skip
    preview = admin.post(path, typed | {"action": "preview"}).content.decode()
    assert "As JSON" in preview
    assert SECRET not in preview
    assert admin.post(path, typed).status_code == 302
    assert config_of(connect_worker, name) == {
        "name": name, "connector.class": SINK, "topics": topic, "file": str(connect_worker.files / name),
        "db.password": SECRET,
    }  # fmt: skip
    assert Connector.objects.filter(name=name).exists()
    for action in ("preview", "apply"):
        taken = admin.post(path, typed | {"action": action}).content.decode()
        assert "There is a connector of this name already." in taken

    copy = admin.get(f"{CREATE}?clone={name}").content.decode()
    assert topic in copy
    assert "db.password" not in copy
    cloned = admin.post(f"{CREATE}?clone={name}", fields_of(copy) | {"name": f"{name}-copy"})
    assert cloned.status_code == 302
    assert config_of(connect_worker, f"{name}-copy")["topics"] == topic
    for each in (name, f"{name}-copy"):
        admin.post(f"{CONNECTORS}files/{each}/delete/", {"confirm": each})


@pytest.mark.django_db(transaction=True)
def test_by_api_and_command(
    live_server: LiveServer, local: Cluster, unique: Unique, connect_worker: ConnectWorker, tmp_path: Path
) -> None:
    name, program = unique("file"), program_of(person("ada", "admin"))
    config = {"connector.class": SINK, "topics": name, "file": str(connect_worker.files / name), "tasks.max": 1}
    invalid = program("POST", f"{LOCAL}/connectors/files", {"name": name, "config": {**config, "tasks.max": "x"}})
    assert invalid.status_code == 422
    assert "Not a number" in str(invalid.json()["errors"]["tasks.max"])
    file = tmp_path / "sink.json"
    environment = {"KAFKAADMIN_URL": live_server.url, "KAFKAADMIN_TOKEN": program.secret, "KAFKAADMIN_CLUSTER": "local"}

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["connectors", *arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.stdout

    file.write_text(json.dumps({"name": name, "config": config}))
    assert "planned" in run("create", "files", str(file), "--dry-run")
    assert f"done: connector {name}" in run("apply", "files", str(file))
    eventually(lambda: state_of(connect_worker, name) == "RUNNING")
    file.write_text(json.dumps({"name": name, "config": {**config, "errors.tolerance": "all"}}))
    assert "errors.tolerance" in run("apply", "files", str(file))
    assert "no changes" in run("apply", "files", str(file))
    assert "tasks.max: 1 → 2" in run("configure", "files", name, str(changed_file(tmp_path, file)))
    assert "FileStreamSinkConnector" in run("plugins", "files")
    assert "Destination" not in run("plugins", "files", "--settings", SINK)
    assert "removed" in run("delete", "files", name)


def undo_link(page: str) -> str:
    (link,) = re.findall(r'<a (?:class="undo" )?href="([^"]+)">Undo…</a>', page)
    return unescape(link)


def json_in(page: str) -> str:
    return unescape(page.partition('<textarea name="config"')[2].partition(">")[2].partition("</textarea>")[0])


def test_a_configuration_a_creation_and_a_deletion_are_taken_back(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    name = add(unique("back"), **{"db.password": SECRET, "errors.tolerance": "all"})
    mirror_connectors()
    before, path = config_of(connect_worker, name), f"{CONNECTORS}files/{name}/"
    changed = {**before, "errors.tolerance": "none", "db.password": "other-secret", "tasks.max": "2"}
    page = admin.post(f"{path}configure/?as=json", {"config": json.dumps(changed), "attempt": "x"}, follow=True)
    ConnectCluster.objects.update(name="renamed")
    other = ConnectCluster.objects.create(cluster=local, name="files", url=connect_worker.url)
    refused = admin.get(undo_link(page.content.decode())).content.decode()
    assert "not made in the Connect cluster that is called files now" in refused
    link = undo_link(admin.get(f"/clusters/local/audit/?q={name}").content.decode())
    path = path.replace("files", "renamed")
    assert link.startswith(path)
    shown = admin.get(link).content.decode()
    assert "the value before of db.password" in shown
    assert "other-secret" not in shown
    assert "<ins>all</ins>" in shown
    again = admin.post(link, {"config": json_in(shown), "attempt": "y"}, follow=True).content.decode()
    assert config_of(connect_worker, name) == {**before, "db.password": "other-secret"}
    assert "Undo…" in again

    deleted = admin.post(f"{path}delete/", {"confirm": name}, follow=True).content.decode()
    eventually(lambda: state_of(connect_worker, name) == "")
    entry = AuditEntry.objects.get(action="connect.delete")
    assert entry.detail.startswith("Connect cluster “renamed” (id ")
    assert "other-secret" not in json.dumps(entry.steps)
    link = undo_link(deleted)
    shown = admin.get(link).content.decode()
    assert "does not have the value of db.password: enter it again" in shown
    typed = json_in(shown)
    assert "db.password: Enter it again" in admin.post(link, {"config": typed, "attempt": "z"}).content.decode()
    typed = typed.replace("[hidden]", SECRET)
    created = admin.post(link, {"config": typed, "attempt": "z"}, follow=True).content.decode()
    eventually(lambda: state_of(connect_worker, name) == "RUNNING")
    assert config_of(connect_worker, name) == before

    assert f'Delete connector <span class="mono">{name}</span>?' in admin.get(undo_link(created)).content.decode()
    log = admin.get("/clusters/local/audit/", {"q": name}).content.decode()
    assert len(re.findall("Undo…</a>", log)) == 4
    ConnectCluster.objects.exclude(pk=other.pk).delete()
    assert "Undo…</a>" not in admin.get(f"/clusters/local/audit/?q={name}").content.decode()


def changed_file(folder: Path, file: Path) -> Path:
    content = json.loads(file.read_text())
    content["config"]["tasks.max"] = 2
    changed = folder / "changed.json"
    changed.write_text(json.dumps(content))
    return changed


@pytest.fixture(autouse=True)
def token() -> Iterator[None]:
    yield
    os.environ.pop("KAFKAADMIN_TOKEN", None)
