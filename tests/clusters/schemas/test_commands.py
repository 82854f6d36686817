"""``kafkaadmin schemas``, against the application as it is served, on a real registry."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_django.live_server_helper import LiveServer

from clusters.models import Cluster
from kafkaadmin.cli import main
from tests.api.conftest import person, program_of
from tests.clusters.schemas.conftest import MONEY, mirror_schemas
from tests.registries import set_registry
from tests.schema_registry import SchemaRegistry

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., Result]


@pytest.fixture
def run(live_server: LiveServer, local: Cluster) -> Iterator[Run]:
    """Run a command as an administrator."""
    secret = program_of(person("ada", "admin")).secret
    environment = {"KAFKAADMIN_URL": live_server.url, "KAFKAADMIN_TOKEN": secret, "KAFKAADMIN_CLUSTER": "local"}

    def run(*arguments: str, **options: str) -> Result:
        return CliRunner().invoke(main, ["schemas", *arguments], env=environment, **options)  # type: ignore[arg-type]

    yield run
    os.environ.pop("KAFKAADMIN_TOKEN", None)


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_subject_from_registering_to_deleting(
    run: Run, local: Cluster, registry: SchemaRegistry, unique: Callable[[str], str], tmp_path: Path
) -> None:
    subject, file = unique("cli"), tmp_path / "money.avsc"
    file.write_text(MONEY)
    assert "planned" in done(run("register", subject, str(file), "--dry-run"))
    assert f"done: subject {subject}" in done(run("register", subject, str(file)))
    assert "cents" in done(run("show", subject))
    assert json.loads(done(run("show", subject, "--text"))) == json.loads(MONEY)
    assert "BACKWARD" in done(run("compatibility", subject, "--set", "BACKWARD"))
    breaking = MONEY.replace('"long"}', '"long"}, {"name": "n", "type": "int"}')
    refused = run("check", subject, "-", input=breaking)
    assert refused.exit_code == 1
    assert "line 1" in refused.output
    file.write_text(MONEY.replace('"long"}', '"long"}, {"name": "n", "type": "int", "default": 0}'))
    assert "field n" in done(run("check", subject, str(file)))
    assert "done" in done(run("register", subject, str(file)))
    assert "n" in done(run("compare", subject))
    mirror_schemas(local)
    row = json.loads(done(run("list", "--search", subject, "--json")))
    assert (row["versions"], row["compatibility"]) == (2, "BACKWARD")
    assert subject in done(run("id", str(row["schema_id"])))

    exported = [line for line in done(run("export")).splitlines() if json.loads(line)["subject"] == subject]
    assert [json.loads(line).get("version") for line in exported] == [1, 2, None]
    copies = "\n".join(line.replace(subject, f"copy-{subject}") for line in exported)
    assert "new id" in done(run("import", "-", "--dry-run", input=copies))
    assert f"done: copy-{subject} version 2" in done(run("import", "-", "--schemas-only", input=copies))
    assert f"done: compatibility of copy-{subject}: NONE → BACKWARD" in done(run("import", "-", input=copies))
    assert "no changes" in done(run("import", "-", input=copies))
    assert run("import", "-", input="no JSON").exit_code == 1
    wrong = run("import", "-", input=copies.replace("BACKWARD", "SIDEWARD"))
    assert "Line 3: there is no compatibility “SIDEWARD”; there are BACKWARD, " in wrong.output

    set_registry(local, registry.url, "other")
    planned = done(run("take-over", "default", "--registry", "other", "--dry-run"))
    assert "of registry default" in planned
    assert re.fullmatch(r"job \d+\n", done(run("take-over", "default", "--registry", "other")))
    assert "choose another one" in run("take-over", "default").output

    assert "version 1" in done(run("delete", subject, "--version", "1"))
    assert "removed" in done(run("delete", subject, "--permanent"))
    assert run("show", subject).exit_code == 1
    assert run("mode", "--set", "IMPORT").exit_code == 1  # Apicurio has no modes


def test_a_registry_is_named_by_an_option(
    run: Run, local: Cluster, registry: SchemaRegistry, unique: Callable[[str], str], tmp_path: Path
) -> None:
    subject, file = unique("named"), tmp_path / "money.avsc"
    file.write_text(MONEY)
    set_registry(local, "http://127.0.0.1:1")
    set_registry(local, registry.url, "new")
    assert "Nothing is listening there" in run("register", subject, str(file)).output
    here = ("--registry", "new")
    assert f"done: registry new: subject {subject}" in done(run("register", subject, str(file), *here))
    for command in (("show", subject), ("check", subject, str(file)), ("compare", subject)):
        done(run(*command, *here))
    assert "FULL" in done(run("compatibility", subject, "--set", "FULL", *here))
    assert subject in done(run("export", *here))
    mirror_schemas(local)
    assert subject in done(run("list", "--search", subject, *here))
    listed = run("registries")
    assert "new" in done(listed)
    assert "default: " in listed.stderr
    assert "registry default: name: default → old" in done(run("make-default", "new", "--former-name", "old"))
    assert f"done: subject {subject}" in done(run("delete", subject))
