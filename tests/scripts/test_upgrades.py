"""The version before works on a database that this version migrated, so that replicas can be replaced one by one."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from clusters.models import Mirror, Topic
from scripts import upgrades
from scripts.former import MIGRATION, RECORDED, former, newest_tag

OURS = {"accounts", "api", "clusters", "lag", "metrics"}


def steps(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Return the migrations that stand for themselves, and for no others that came before."""
    return [node for node, migration in loader.graph.nodes.items() if not migration.replaces]


def loaded() -> tuple[MigrationLoader, set[tuple[str, str]], list[tuple[str, str]]]:
    """Return the loader, the former migrations, and ours that came after them, in their order."""
    loader = MigrationLoader(None, replace_migrations=False)
    before = former(newest_tag())
    needed = {node for leaf in before for node in loader.graph.forwards_plan(leaf) if node[0] in OURS}
    assert needed <= before, f"the recorded state cannot be had without {needed - before}"
    plan = [node for leaf in sorted(loader.graph.leaf_nodes()) for node in loader.graph.forwards_plan(leaf)]
    after = [node for node in dict.fromkeys(plan) if node[0] in OURS and node not in before and node in steps(loader)]
    return loader, before, after


def test_no_migration_since_the_former_version_takes_anything_away() -> None:
    loader, before, after = loaded()
    assert before, "what the version before had is not known"
    assert before <= set(loader.graph.nodes), "a migration of the former version is gone"
    state = loader.project_state(sorted(before), at_end=True)
    breaks = [str(finding) for node in after for finding in upgrades.breaks(state, loader.graph.nodes[node])]
    assert breaks == []


def test_a_new_database_is_as_one_that_was_migrated_step_by_step() -> None:
    stepwise, at_once = (MigrationLoader(None, replace_migrations=replaces) for replaces in (False, True))
    assert len(at_once.graph.nodes) < len(steps(stepwise))
    detector = MigrationAutodetector(stepwise.project_state(steps(stepwise)), at_once.project_state())
    assert detector.changes(at_once.graph) == {}


def test_every_exception_has_a_reason_and_is_still_needed() -> None:
    loader = MigrationLoader(None, replace_migrations=False)
    described = {
        (f"{app}.{name}", operation.describe())
        for (app, name), migration in loader.graph.nodes.items()
        for operation in migration.operations
    }
    assert set(upgrades.ALLOWED) <= described
    assert all(len(reason) > 20 for reason in upgrades.ALLOWED.values())


def test_the_recorded_state_is_that_of_all_our_apps() -> None:
    assert {app for app, _ in MIGRATION.findall(RECORDED)} == OURS


def test_the_newest_tag_before_this_commit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def commit(name: str, tag: str) -> None:
        (tmp_path / "a" / "migrations").mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / "migrations" / f"{name}.py").touch()
        git("add", ".")
        git("commit", "-m", name)
        git("tag", tag)

    monkeypatch.setattr("scripts.former.ROOT", tmp_path)
    assert newest_tag() == ""
    git("init")
    commit("0001_start", "v0.1.0")
    assert newest_tag() == ""
    commit("0002_more", "v0.2.0")
    commit("0003_newest", "other")
    assert newest_tag() == "v0.2.0"
    assert former("v0.2.0") == {("a", "0001_start"), ("a", "0002_more")}
    assert former("") == set(MIGRATION.findall(RECORDED))


def state() -> ProjectState:
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=10)),
        ("maybe", models.IntegerField(null=True)),
    ]
    return ProjectState({("a", "thing"): ModelState("a", "Thing", fields)})


TEXT = models.CharField
GOOD: list[Operation] = [
    migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    migrations.AddField("thing", "new", models.IntegerField(null=True)),
    migrations.AddField("thing", "new", models.IntegerField(db_default=0)),
    migrations.AddField("thing", "new", models.ManyToManyField("a.thing")),
    migrations.AlterField("thing", "name", TEXT(max_length=20, help_text="words", blank=True, choices=[("a", "b")])),
    migrations.AlterField("thing", "name", TEXT(max_length=10, null=True)),
    migrations.AddIndex("thing", models.Index(fields=["name"], name="by_name")),
]
BAD: list[tuple[Operation, str]] = [
    (migrations.AddField("thing", "new", models.IntegerField(default=0)), "needs a db_default, or null"),
    (migrations.RemoveField("thing", "name"), "still reads and writes it"),
    (migrations.DeleteModel("Thing"), "still reads and writes it"),
    (migrations.RenameField("thing", "name", "title"), "under its former name"),
    (migrations.RenameModel("Thing", "Object"), "under its former name"),
    (migrations.AlterModelTable("thing", "other"), "under its former name"),
    (migrations.AlterField("thing", "name", TEXT(max_length=9)), "writes longer texts"),
    (migrations.AlterField("thing", "maybe", models.IntegerField()), "writes NULL"),
    (migrations.AlterField("thing", "name", models.TextField()), "knows it as something else"),
    (migrations.AlterField("thing", "name", TEXT(max_length=10, unique=True)), "knows it as something else"),
    (migrations.AlterUniqueTogether("thing", {("name", "maybe")}), "may do what this forbids"),
    (
        migrations.AddConstraint("thing", models.UniqueConstraint(fields=["name"], name="once")),
        "may do what this forbids",
    ),
    (migrations.RunSQL("drop table a_thing"), "may do what this forbids"),
    (migrations.RunPython(migrations.RunPython.noop), "may do what this forbids"),
]


def of(operation: Operation) -> list[str]:
    migration = migrations.Migration("0002_x", "a")
    migration.operations = [operation]  # type: ignore[misc]
    return [str(finding) for finding in upgrades.breaks(state(), migration)]


@pytest.mark.parametrize("operation", GOOD, ids=lambda operation: operation.describe())
def test_what_adds_is_allowed(operation: Operation) -> None:
    assert of(operation) == []


@pytest.mark.parametrize(
    ("operation", "reason"), BAD, ids=lambda value: value.describe() if hasattr(value, "describe") else ""
)
def test_what_takes_away_is_named_with_its_reason(operation: Operation, reason: str) -> None:
    (said,) = of(operation)
    assert said.startswith(f"a.0002_x: {operation.describe()}: ")
    assert reason in said


def test_an_exception_that_is_listed_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = migrations.RemoveField("thing", "name")
    monkeypatch.setitem(upgrades.ALLOWED, ("a.0002_x", operation.describe()), "nothing has read it since")
    assert of(operation) == []


@pytest.mark.django_db
def test_the_version_before_can_insert_into_every_table_of_the_new_one() -> None:
    """At the database itself: what it does not know of must fill itself."""
    loader, before, _ = loaded()
    old = loader.project_state(sorted(before), at_end=True).apps
    with connection.cursor() as cursor:
        for model in (candidate for candidate in old.get_models() if candidate._meta.app_label in OURS):
            model_columns = {field.column for field in model._meta.local_fields}
            columns = {
                column.name: column
                for column in connection.introspection.get_table_description(cursor, model._meta.db_table)
            }
            assert model_columns <= set(columns), f"{model._meta.db_table} lacks {model_columns - set(columns)}"
            for name in set(columns) - model_columns:
                filled = columns[name].null_ok or columns[name].default is not None
                assert filled, f"{model._meta.db_table}.{name} must be given, and the version before does not know it"


@pytest.mark.django_db
def test_the_version_before_goes_on_reading_and_writing() -> None:
    loader, before, _ = loaded()
    old = loader.project_state(sorted(before), at_end=True).apps
    cluster = old.get_model("clusters", "Cluster").objects.create(name="old", slug="old", bootstrap_servers="b:9092")
    look = old.get_model("clusters", "Mirror").objects.create(cluster=cluster)
    topic = old.get_model("clusters", "Topic").objects.create(cluster=cluster, name="t", partitions=1, replication=1)
    topic.partitions = 3
    topic.save()
    look.refresh_from_db()
    seen = Topic.objects.get(name="t")
    assert (seen.cluster.name, seen.partitions) == ("old", 3)
    assert Mirror.objects.get(cluster__name="old").requests is None, "what the version before did not count is unknown"
