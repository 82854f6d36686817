"""Importing more than a request does, as a job: it goes on wherever it was interrupted, and says where it stopped."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway.registry import changes as kafka
from clusters.jobs.running import work
from clusters.models import Cluster, Job, JobPiece
from clusters.schemas import forms
from clusters.schemas.transfer import views
from clusters.schemas.transfer.file_lines import SchemaLine, SettingsLine
from clusters.schemas.transfer.job import kind, pieces, reading
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.schemas.conftest import MONEY, ORDER, Register
from tests.clusters.schemas.target_registry import TargetRegistry
from tests.clusters.schemas.test_changes import text_of
from tests.conftest import signed_in
from tests.metrics.servers import serving
from tests.registries import local_with_registry, set_registry
from tests.schema_registry import SchemaRegistry

pytestmark = pytest.mark.django_db
IMPORT = "/clusters/local/schemas/registries/new/subjects/import/lines/"
Unique = Callable[[str], str]


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch) -> Iterator[TargetRegistry]:
    """Another registry of the cluster; a request imports two lines, and a piece has two."""
    for module in (forms, views):
        monkeypatch.setattr(module, "MOST", 2)
    for module in (kind, reading):
        monkeypatch.setattr(module, "SLICE", 0.0)
    monkeypatch.setattr(pieces, "PIECE_LINES", 2)
    target = TargetRegistry()
    with serving(target.answer) as target.url:
        yield target


def start(client: Client, fields: dict[str, Any]) -> Job:
    """Confirm the preview of a job."""
    preview = client.post(IMPORT, fields)
    assert preview.status_code == 200, text_of(preview)
    plan, job = preview.context["plan"], preview.context["job"]
    assert client.post(IMPORT, {"action": "start", "job": job.pk, "plan": "another"}).status_code == 422
    assert client.post(IMPORT, {"action": "start", "job": job.pk, "plan": plan.digest}).status_code == 302
    started = Job.objects.get(pk=job.pk)
    assert started.state == Job.WAITING
    return started


def run(job: Job, *, leave: bool = False) -> None:
    """Work on it, in turns of one slice if it is to leave each time."""
    for _ in range(50):
        work(job.pk, lambda: leave)
        job.refresh_from_db()
        if job.state not in Job.OPEN:
            return


def test_a_registry_is_taken_over_by_a_job_that_is_interrupted_all_the_time(
    local: Cluster, registry: SchemaRegistry, register: Register, unique: Unique, new: TargetRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Its references come first, ids are kept, each version is registered once, and its settings are made last."""
    set_registry(local, new.url, "new")
    prefix = unique("taken")
    money, order = f"{prefix}-money", f"{prefix}-an-order"
    register(money, MONEY)
    number = register(money, MONEY.replace('"long"}', '"long"}, {"name": "n", "type": "int", "default": 0}'))
    register(order, ORDER, references=(("shop.Money", money, 2),))
    set_level(registry, order, "FULL_TRANSITIVE")
    pat = signed_in(person("pat", "admin", resources=f"{prefix}*"))

    job = start(pat, {"action": "take", "source": "default"})
    preview = text_of(pat.get(f"/clusters/local/jobs/{job.pk}/"))
    assert "Import schemas of registry default into registry new" in preview
    register_schema, killed = kafka.register, list[tuple[Any, ...]]()

    def register_and_die(*arguments: Any) -> None:
        register_schema(*arguments)
        if not killed:
            killed.append(arguments)
            raise KeyboardInterrupt

    monkeypatch.setattr(kafka, "register", register_and_die)
    with pytest.raises(KeyboardInterrupt):
        run(job, leave=True)
    Job.objects.update(lease_until=None)
    run(job, leave=True)
    assert (job.state, job.failure, job.done, job.total) == (Job.FINISHED, "", 3, 3)
    assert {name: len(versions) for name, versions in new.subjects.items()} == {money: 2, order: 1}
    assert new.subjects[money][1]["id"] == number
    assert new.subjects[order][0]["references"] == [{"name": "shop.Money", "subject": money, "version": 2}]
    assert new.settings[f"/config/{order}"] == "FULL_TRANSITIVE"
    assert new.settings["/mode"] == "IMPORT"
    entry = AuditEntry.objects.get(action="schemas.configure", steps__0__after="FULL_TRANSITIVE")
    assert (entry.resource, entry.username, entry.detail) == (
        order,
        "pat",
        f"Schema registry “new” (id {job.cluster.registries.get(name='new').pk}). Job {job.pk}.",
    )
    page = text_of(pat.get(f"/clusters/local/jobs/{job.pk}/"))
    assert "Versions registered" in page
    assert not JobPiece.objects.exists()


def set_level(registry: SchemaRegistry, subject: str, level: str) -> None:
    import requests

    requests.put(f"{registry.url}/config/{subject}", json={"compatibility": level}, timeout=10)


def test_a_file_that_is_refused_half_way_is_imported_again(new: TargetRegistry) -> None:
    local = local_with_registry("http://127.0.0.1:1")
    set_registry(local, new.url, "new")
    lines = [SchemaLine(name, 1, 7, "AVRO", MONEY).written() for name in ("a", "b", "c", "d", "e")]
    text = "\n".join([*lines, SettingsLine("a", "FULL").written(), SettingsLine(mode="READWRITE").written()])
    new.refused.add("d")
    olga = person("olga", "operator")
    form = {"action": "preview", "lines": text}
    preview = text_of(signed_in(olga).post(IMPORT, form))
    assert "5 versions of 5 subjects of pasted lines, SHA-256 " in preview
    assert "Levels and modes are left out: that needs schemas.configure." in preview
    assert "needs schemas.register" in text_of(signed_in(person("eve", "operator", resources="a")).post(IMPORT, form))

    program, path = program_of(olga), f"{LOCAL}/schema-import/job?registry=new"
    planned = program("POST", f"{path}&dry_run=true", {"content": text, "name": "schemas.jsonl"}).json()
    started = program("POST", f"{path}&plan={planned['plan']}", {"content": text, "name": "schemas.jsonl"})
    assert (started.status_code, planned["job"]) == (201, None)
    job = Job.objects.get(pk=started.json()["job"])
    run(job)
    assert (job.state, job.failure) == (Job.FAILED, "d version 1: The schema registry refuses: Not compatible")
    facts = {"Versions registered": "3", "Registered already": "0"}
    assert {row["label"]: row["value"] for row in program.get(f"{LOCAL}/jobs/{job.pk}")["result"]} == facts

    new.refused.clear()
    admins = text_of(signed_in(person("bob", "admin")).post(IMPORT, form))
    for words in ("registry new: mode (global)", "<del>IMPORT</del>", "compatibility of a", "every subject without"):
        assert words in admins
    job = start(signed_in(person("ada", "admin")), form)
    run(job)
    assert (job.state, job.done, list(new.subjects)) == (Job.FINISHED, 5, ["a", "b", "c", "d", "e"])
    assert (new.settings["/config/a"], new.settings["/mode"]) == ("FULL", "READWRITE")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Give either content or source."),
        ({"source": "new"}, "choose another one"),
        ({"content": '{"subject": "a", "settings": {"mode": "FAST"}}'}, "mode “FAST” does not exist"),
    ],
)
def test_what_is_no_origin_is_refused(new: TargetRegistry, body: dict[str, str], words: str) -> None:
    set_registry(local_with_registry("http://127.0.0.1:1"), new.url, "new")
    response = program_of(person("olga", "operator"))("POST", f"{LOCAL}/schema-import/job?registry=new", body)
    assert response.status_code == 422
    assert words in response.json()["detail"]
