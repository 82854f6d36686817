"""Several connectors are operated and deleted at once, on a real worker: by page, API, command, and as a job."""

import os
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEntry
from clusters.connect.rules.keys import key_of, label_of, read_key
from clusters.jobs.running import work
from clusters.models import Cluster, ConnectCluster, Connector, Job
from kafkaadmin.cli import main
from tests.api.conftest import LOCAL, Program, person, program_of
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.connect.conftest import CONNECTORS, Add, mirror_connectors, state_of, task_states
from tests.conftest import signed_in
from tests.connect_worker import SINK, ConnectWorker
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
BULK = "/clusters/local/bulk/connectors"


@pytest.mark.parametrize("name", ["a", "a&b=c d", "ü/é%", "“x”"])
def test_a_key_names_the_connect_cluster_too(name: str) -> None:
    assert read_key(key_of("files", name)) == ("files", name)
    assert label_of(key_of("files", name)) == f"connector {name} in files"
    assert read_key("nonsense") == ("", "")


def confirmed(client: Client, operation: str, keys: list[str], number: int) -> Any:
    """Have the plans shown, and confirm them."""
    page = unescape(client.post(f"{BULK}/{operation}/", {"selected": keys}).content.decode())
    fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in ("planned", "plan", "pinned")}
    return page, client.post(f"{BULK}/{operation}/", {"selected": keys, **fields, "confirm": str(number)}, follow=True)


@pytest.mark.django_db
def test_what_is_selected_is_paused_resumed_restarted_and_deleted(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    names = [add(unique("several")) for _ in range(2)]
    ConnectCluster.objects.create(cluster=local, name="gone", url="http://127.0.0.1:1")
    mirror_connectors()
    keys = [key_of("files", name) for name in names]
    page = unescape(admin.get(CONNECTORS).content.decode())
    assert all(f'name="selected" value="{key}"' in page for key in keys)
    assert f'formaction="{BULK}/pause/"' in page

    others = [key_of("gone", "x"), key_of("files", "none")]
    page, done = confirmed(admin, "pause", [*keys, *others], 2)
    assert '<span class="quiet">in files</span>' in page
    assert "There is no connector none in files." in page
    assert done.status_code == 409
    assert "2 connectors paused." in done.content.decode()
    assert "connector x in gone" in done.content.decode()
    eventually(lambda: [state_of(connect_worker, name) for name in names] == ["PAUSED", "PAUSED"])
    assert set(Connector.objects.values_list("state", flat=True)) == {"PAUSED"}
    assert AuditEntry.objects.filter(action="connect.operate", outcome="done", resource__in=names).count() == 2

    _, done = confirmed(admin, "resume", keys, 2)
    assert "2 connectors resumed." in done.content.decode()
    eventually(lambda: all(task_states(connect_worker, name) == ["RUNNING"] for name in names))
    page, _ = confirmed(admin, "restart-failed", keys, 0)
    assert page.count("Nothing to change.") == 2

    page, done = confirmed(admin, "delete", keys, 2)
    assert "keeps its offsets" in page
    assert "2 connectors deleted." in done.content.decode()
    eventually(lambda: [state_of(connect_worker, name) for name in names] == ["", ""])
    entry = AuditEntry.objects.filter(action="connect.delete").first()
    assert entry
    assert "file" in {step["subject"] for step in entry.steps}


@pytest.mark.django_db
def test_only_what_is_granted_is_touched(
    local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    own, other = add(unique("own")), add(unique("other"))
    client = signed_in(person("pat", "operator", resources="own-*"))
    page, done = confirmed(client, "stop", [key_of("files", own), key_of("files", other)], 1)
    assert "needs connect.operate" in page
    assert done.status_code == 409
    eventually(lambda: state_of(connect_worker, own) == "STOPPED")
    assert state_of(connect_worker, other) == "RUNNING"
    viewer = signed_in(person("vic"))
    assert viewer.post(f"{BULK}/stop/", {"selected": [key_of("files", other)]}).status_code == 403


@pytest.mark.django_db
def test_many_are_a_job_that_tells_what_became_of_each(
    admin: Client, ada: Program, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    names = [add(unique("many")) for _ in range(2)]
    monkeypatch.setattr("api.clusters.connect.selections.AT_ONCE", 1)
    references = [{"connect": "files", "connector": name} for name in names]
    path, body = f"{LOCAL}/connector-operations", {"operation": "pause", "connectors": references}
    trial = ada("POST", f"{path}?dry_run=true", body).json()
    assert [row["steps"][0]["after"] for row in trial["connectors"]] == ["PAUSED", "PAUSED"]
    assert ada("POST", f"{path}?plan=other", body).status_code == 409
    number = ada("POST", f"{path}?plan={trial['plan']}", body).json()["job"]
    Connector.objects.all().delete()
    connect_worker_deletes(connect_worker, names[1])
    work(number, lambda: False)
    job = Job.objects.get(pk=number)
    assert (job.state, job.done, job.title) == ("done", 2, "Pause: 2 connectors")
    eventually(lambda: state_of(connect_worker, names[0]) == "PAUSED")
    facts = {row["label"]: row["value"] for row in ada.get(f"{LOCAL}/jobs/{number}")["result"]}
    assert (facts["Paused"], facts["Not done"]) == ("1", "1")
    assert f"There is no connector {names[1]}" in facts[f"files: {names[1]}"]
    assert f"files: {names[1]}" in admin.get(f"/clusters/local/jobs/{number}/").content.decode()
    assert set(AuditEntry.objects.filter(action="connect.operate").values_list("resource", flat=True)) >= set(names)


@pytest.mark.django_db
def test_a_connect_cluster_that_is_away_hinders_no_other(
    ada: Program, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    names = [add(unique("away")) for _ in range(2)]
    other = ConnectCluster.objects.create(cluster=local, name="other", url=connect_worker.url)
    monkeypatch.setattr("api.clusters.connect.selections.AT_ONCE", 1)
    references = [{"connect": "other", "connector": names[0]}, {"connect": "files", "connector": names[1]}]
    number = ada("POST", f"{LOCAL}/connector-operations", {"operation": "pause", "connectors": references}).json()[
        "job"
    ]
    other.url = "http://127.0.0.1:1"
    other.save()
    for _ in range(3):
        Job.objects.filter(pk=number).update(due_at=None)
        work(number, lambda: False)
    job = Job.objects.get(pk=number)
    assert (job.state, [bool(problem) for *_, problem in job.result["outcomes"]]) == ("done", [True, False])
    eventually(lambda: state_of(connect_worker, names[1]) == "PAUSED")


def connect_worker_deletes(worker: ConnectWorker, name: str) -> None:
    requests.delete(f"{worker.url}/connectors/{name}", timeout=20).raise_for_status()
    eventually(lambda: state_of(worker, name) == "")


@pytest.fixture
def eleven(connect_worker: ConnectWorker, unique: Unique) -> Iterator[list[str]]:
    """Have connectors that are paused from the beginning, and give their names."""
    names, own = [unique("eleven") for _ in range(11)], {"connector.class": SINK, "topics": "none", "tasks.max": "1"}
    for name in names:
        body = {"name": name, "config": {**own, "file": str(connect_worker.files / name)}, "initial_state": "PAUSED"}
        requests.post(f"{connect_worker.url}/connectors", json=body, timeout=20).raise_for_status()
    eventually(lambda: all(state_of(connect_worker, name) == "PAUSED" for name in names))
    yield names
    for name in names:
        requests.delete(f"{connect_worker.url}/connectors/{name}", timeout=20)


@pytest.mark.django_db
def test_the_page_has_more_than_ten_operated_by_a_job(
    admin: Client, local: Cluster, eleven: list[str], connect_worker: ConnectWorker
) -> None:
    _, done = confirmed(admin, "stop", [key_of("files", name) for name in eleven], 11)
    job = Job.objects.get()
    assert done.redirect_chain[-1][0] == f"/clusters/local/jobs/{job.pk}/"
    work(job.pk, lambda: False)
    assert "Stop: 11 connectors" in admin.get(f"/clusters/local/jobs/{job.pk}/").content.decode()
    eventually(lambda: {state_of(connect_worker, name) for name in eleven} == {"STOPPED"})


@pytest.mark.django_db(transaction=True)
def test_by_command(
    live_server: LiveServer, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    names = [add(unique("cli")) for _ in range(2)]
    token = program_of(person("ada", "admin")).secret
    environment = {"KAFKAADMIN_URL": live_server.url, "KAFKAADMIN_TOKEN": token, "KAFKAADMIN_CLUSTER": "local"}

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["connectors", "several", *arguments], env=environment)

    both = [f"files/{name}" for name in names]
    assert "planned" in run("stop", *both, "--dry-run").stdout
    done = run("stop", *both)
    assert (done.exit_code, done.stdout.count("done")) == (0, 2)
    eventually(lambda: [state_of(connect_worker, name) for name in names] == ["STOPPED", "STOPPED"])
    assert run("stop", "files").exit_code == 2
    Cluster.objects.update(environment="production")
    assert run("delete", *both).exit_code == 1
    partly = run("delete", *both, "files/none", "--confirm", "2")
    assert partly.exit_code == 1
    assert "There is no connector none in files." in partly.stdout
    eventually(lambda: [state_of(connect_worker, name) for name in names] == ["", ""])


@pytest.fixture(autouse=True)
def token() -> Iterator[None]:
    yield
    os.environ.pop("KAFKAADMIN_TOKEN", None)
