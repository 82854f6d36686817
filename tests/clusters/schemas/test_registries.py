"""Several schema registries of a cluster: each with its own subjects, addresses and secrets, one used by default."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.models import Cluster, SchemaRegistry, Subject
from clusters.schemas.findings import look
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.schemas.conftest import MONEY, mirror_schemas
from tests.clusters.schemas.test_changes import text_of
from tests.conftest import signed_in
from tests.metrics.servers import Answer, Handler, says, serving
from tests.registries import local_with_registry, set_registry

pytestmark = pytest.mark.django_db
SCHEMAS = "/clusters/local/schemas"
NEW = f"{SCHEMAS}/registries/new-one/subjects"


def with_subject(name: str, written: list[tuple[str, str]] | None = None) -> Answer:
    """Return a registry that has one subject, and notes what is written."""

    def answer(handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if handler.command != "GET" and written is not None:
            written.append((handler.command, path))
        version = {"subject": name, "schema": MONEY, "id": 7, "version": 1}
        lists = {"/subjects": [name], "/versions": [1], "/referencedby": []}
        settings = {"compatibilityLevel": "FULL", "mode": "READWRITE"}
        is_unknown = path.startswith("/subjects/") and not path.startswith(f"/subjects/{name}")
        asks = handler.command == "GET" or (handler.command == "POST" and path.count("/") == 2)
        if asks and (is_unknown or path.startswith(("/config/", "/mode/"))):
            says('{"error_code": 40401, "message": "none"}', status=404)(handler)
        elif path.endswith("/schemas/ids/7/versions"):
            says(json.dumps([{"subject": name, "version": 1}]))(handler)
        else:
            content = next((listed for end, listed in lists.items() if path.endswith(end)), {**version, **settings})
            says(json.dumps(content))(handler)

    return answer


@pytest.fixture
def written() -> list[tuple[str, str]]:
    """What is written to the registry ``new-one``."""
    return []


@pytest.fixture
def two(written: list[tuple[str, str]]) -> Iterator[Cluster]:
    """A cluster with the registries ``default``, which has the subject a-value, and ``new-one`` with b-value."""
    with serving(with_subject("a-value")) as default, serving(with_subject("b-value", written)) as new:
        cluster = local_with_registry(default)
        set_registry(cluster, new, "new-one")
        mirror_schemas(cluster)
        yield cluster


def test_each_registry_has_its_own_subjects_below_its_own_address(admin: Client, two: Cluster) -> None:
    default, new = text_of(admin.get(f"{SCHEMAS}/")), text_of(admin.get(f"{NEW}/"))
    assert f'href="{SCHEMAS}/a-value/"' in default
    assert "b-value" not in default
    assert f'href="{NEW}/b-value/"' in new
    assert "a-value" not in new
    for page in (default, new):
        assert f'<a href="{NEW}/"' in page
        assert f'<a href="{SCHEMAS}/"' in page
    detail = text_of(admin.get(f"{NEW}/b-value/"))
    for link in (f"{NEW}/b-value/register/", f"{NEW}/b-value/settings/", f"{NEW}/b-value/delete/", f"{NEW}/id/7/"):
        assert f'href="{link}"' in detail
    assert admin.get(f"{SCHEMAS}/b-value/").status_code == 404
    assert admin.get(f"{SCHEMAS}/registries/none/subjects/").status_code == 404
    assert f"{NEW}/b-value/" in text_of(admin.get("/search/?q=b-val"))


def test_with_one_registry_there_is_nothing_to_choose(admin: Client, two: Cluster) -> None:
    two.registries.exclude(name="default").delete()
    page = text_of(admin.get(f"{SCHEMAS}/"))
    assert "a-value" in page
    assert 'aria-label="Schema registries"' not in page


def test_without_a_default_one_the_first_is_shown(admin: Client, two: Cluster) -> None:
    two.registries.filter(name="default").delete()
    assert admin.get(f"{SCHEMAS}/").headers["Location"] == f"{NEW}/"
    refused = text_of(admin.get(f"{SCHEMAS}/b-value/"))
    assert "The cluster has no default schema registry." in refused
    assert "Name one: new-one." in refused


def test_a_change_is_made_in_the_registry_of_its_address_and_says_so(
    admin: Client, two: Cluster, written: list[tuple[str, str]]
) -> None:
    path = f"{NEW}/b-value/settings/"
    assert "registry new-one: compatibility" in text_of(
        admin.post(path, {"compatibility": "NONE", "action": "preview"})
    )
    assert written == []
    assert admin.post(path, {"compatibility": "NONE"}).headers["Location"] == f"{NEW}/b-value/"
    assert ("PUT", "/config/b-value") in written
    entry = AuditEntry.objects.get(action="schemas.configure", outcome="done")
    assert [step["subject"] for step in entry.steps] == ["registry new-one: compatibility"]
    assert f"{path}?undo={entry.pk}" in text_of(admin.get("/clusters/local/audit/"))
    AuditEntry.objects.filter(pk=entry.pk).update(steps=[{**entry.steps[0], "before": "FORWARD"}])
    assert '<option value="FORWARD" selected' in text_of(admin.get(f"{path}?undo={entry.pk}"))
    other = admin.get(f"{SCHEMAS}/b-value/settings/?undo={entry.pk}")
    assert (other.status_code, "was not made in the schema registry that is called default" in text_of(other)) == (
        409, True
    )  # fmt: skip


def test_another_registry_that_takes_the_name_is_not_changed_instead(
    admin: Client, two: Cluster, written: list[tuple[str, str]]
) -> None:
    path = f"{NEW}/b-value/settings/"
    admin.post(path, {"compatibility": "NONE"})
    entry = AuditEntry.objects.get(action="schemas.configure", outcome="done")
    plan = admin.post(path, {"compatibility": "FORWARD", "action": "preview"}).context["plan"].digest
    two.registries.filter(name="new-one").update(name="renamed")
    two.registries.filter(name="default").update(name="new-one")
    assert admin.get(f"{path}?undo={entry.pk}").status_code == 409
    assert f"{SCHEMAS}/registries/renamed/subjects/b-value/settings/?undo={entry.pk}" in text_of(
        admin.get("/clusters/local/audit/")
    )
    written.clear()
    confirmed = admin.post(path, {"compatibility": "FORWARD", "action": "apply", "plan": plan})
    assert ("it changed in the meantime" in text_of(confirmed), written) == (True, [])
    two.registries.filter(name="renamed").delete()
    assert "Undo…" not in text_of(admin.get("/clusters/local/audit/"))


def test_programs_name_the_registry(two: Cluster, written: list[tuple[str, str]]) -> None:
    program = program_of(person("bob", "admin"))
    assert [row["name"] for row in program.get(f"{LOCAL}/schemas")["items"]] == ["a-value"]
    assert [row["name"] for row in program.get(f"{LOCAL}/schemas?registry=new-one")["items"]] == ["b-value"]
    assert program("GET", f"{LOCAL}/schemas?registry=none").status_code == 404
    assert program.get(f"{LOCAL}/schemas/b-value?registry=new-one")["versions"] == [1]
    assert program.get(f"{LOCAL}/schema-ids/7?registry=new-one")["usages"] == [{"subject": "b-value", "version": 1}]
    body = {"compatibility": "NONE"}
    dry = program("PATCH", f"{LOCAL}/schemas/b-value/settings?registry=new-one&dry_run=true", body).json()
    assert dry["steps"][0]["subject"] == "registry new-one: compatibility"
    assert written == []
    assert program("PATCH", f"{LOCAL}/schemas/b-value/settings?registry=new-one", body).status_code == 200
    assert written
    listed = program.get(f"{LOCAL}/schema-registries")
    assert [(row["name"], row["subjects"], row["compatibility"]) for row in listed] == [
        ("default", 1, "FULL"), ("new-one", 1, "FULL")
    ]  # fmt: skip


def test_a_grant_on_a_name_covers_it_in_each_registry(two: Cluster) -> None:
    pat = signed_in(person("pat", resources="b-*"))
    assert "b-value" in text_of(pat.get(f"{NEW}/"))
    assert "a-value" not in text_of(pat.get(f"{SCHEMAS}/"))
    assert pat.get(f"{NEW}/a-value/").status_code == 403


def test_each_registry_that_is_away_is_an_alert_of_its_own(two: Cluster) -> None:
    set_registry(two, "http://127.0.0.1:1", "new-one")
    mirror_schemas(two)
    (finding,) = look(two, frozenset()).findings
    assert (finding.subject, finding.page, finding.target) == ("registry new-one", "schemas", "new-one")


def test_a_registry_is_added_tested_renamed_and_removed(admin: Client, viewer: Client, two: Cluster) -> None:
    with serving(with_subject("c-value")) as url:
        fields = {"name": "third", "url": url, "username": "me", "password": "s3cret", "verify": "on"}
        add = f"{SCHEMAS}/registries/new/"
        assert "connected, 1 subject" in text_of(admin.post(add, fields | {"action": "test"}))
        assert not SchemaRegistry.objects.filter(name="third").exists()
        for wrong, words in (
            ({"name": "new-one"}, "There is a schema registry of this name already."),
            ({"name": "a/b"}, "A name has letters"),
            ({"url": "nowhere"}, "Not a base URL"),
        ):
            assert words in text_of(admin.post(add, fields | wrong))
        assert admin.post(add, fields).headers["Location"] == f"{SCHEMAS}/registries/third/subjects/"
        third = SchemaRegistry.objects.get(name="third")
        assert third.secrets == {"password": "s3cret"}
        mirror_schemas(two)
        edit = f"{SCHEMAS}/registries/third/edit/"
        assert "s3cret" not in text_of(admin.get(edit))
        moved = {"name": "third", "url": "http://127.0.0.1:1", "verify": "on"}
        assert "bound to the previous destination" in text_of(admin.post(edit, moved))
        assert admin.post(edit, fields | {"name": "fourth", "password": ""}).status_code == 302
        third.refresh_from_db()
        assert (third.name, third.secrets) == ("fourth", {"password": "s3cret"})
    listed = text_of(admin.get(f"{SCHEMAS}/registries/all/"))
    assert f'href="{SCHEMAS}/registries/fourth/edit/"' in listed
    assert "/edit/" not in text_of(viewer.get(f"{SCHEMAS}/registries/all/")).partition("<h1>")[2]
    remove = f"{SCHEMAS}/registries/fourth/remove/"
    assert "s3cret" not in text_of(admin.get(remove))
    assert admin.post(remove, {"confirm": "wrong"}).status_code == 422
    assert admin.post(remove, {"confirm": "fourth"}).status_code == 302
    assert not Subject.objects.filter(name="c-value").exists()
    steps = [step["subject"] for entry in AuditEntry.objects.filter(action="clusters.edit") for step in entry.steps]
    assert {"registry third: url", "registry fourth: name", "registry fourth: password"} <= set(steps)


RULES = "orders-* key=schema:default value=schema:new-one"


def test_record_formats_follow_the_names_of_registries(admin: Client, two: Cluster) -> None:
    """What a rule names can be renamed, but not be removed; and a rule can name only what is there."""
    program = program_of(person("bob", "admin"))
    wrong = program("PATCH", LOCAL, {"formats": RULES.replace("new-one", "nwe")})
    assert wrong.status_code == 422
    assert "the cluster has no schema registry nwe. There are default, new-one." in wrong.text
    assert program("PATCH", LOCAL, {"formats": RULES}).status_code == 200
    for path in (f"{SCHEMAS}/registries/new-one/remove/", f"{SCHEMAS}/registries/default/remove/"):
        refused = admin.post(path, {"confirm": path.split("/")[-3]})
        assert refused.status_code == 409
        assert f"Record formats of local name {path.split('/')[-3]}: {RULES}." in text_of(refused)
    without_default = program("PATCH", LOCAL, {"registry_url": ""})
    assert "the cluster has no schema registry default. There are new-one." in without_default.text
    renaming = program("PATCH", f"{LOCAL}/schema-registries/new-one", {"name": "eu"}).json()
    assert renaming["steps"][-1] == {
        "kind": "alter", "subject": "formats", "before": RULES, "after": RULES.replace("new-one", "eu")
    }  # fmt: skip
    two.refresh_from_db()
    assert two.formats == RULES.replace("new-one", "eu")


def test_another_registry_is_made_the_default_one(admin: Client, viewer: Client, two: Cluster) -> None:
    """Both keep their subjects, and records are decoded by the registry that their format meant before."""
    Cluster.objects.update(formats=RULES)
    before = {row.name: row.pk for row in two.registries.all()}
    listed = text_of(admin.get(f"{SCHEMAS}/registries/all/"))
    path = f"{SCHEMAS}/registries/new-one/default/"
    assert listed.count('/default/"') == 1
    assert f'href="{path}"' in listed
    assert viewer.post(path, {}).status_code == 403
    preview = admin.get(path)
    assert 'value="former-default"' in text_of(preview)
    assert "registry new-one: name" in text_of(preview)
    plan = preview.context["plan"].digest
    for name, words in (("new one", "A name has letters"), ("old", "it changed in the meantime")):
        refused = admin.post(path, {"former_name": name, "plan": plan, "action": "apply"})
        assert words in text_of(refused)
        assert f'value="{name}"' in text_of(refused)
    assert {row.name: row.pk for row in two.registries.all()} == before
    done = admin.post(path, {"former_name": "former-default", "plan": plan, "action": "apply"}, follow=True)
    assert "Schema registry new-one is the default one now." in text_of(done)
    assert "b-value" in text_of(admin.get(f"{SCHEMAS}/"))
    two.refresh_from_db()
    assert two.formats == "orders-* key=schema:former-default value=schema:default"

    program = program_of(person("bob", "admin"))
    swap, body = f"{LOCAL}/schema-registries/former-default/default", {"former_name": "new-one"}
    assert program("POST", f"{swap}?dry_run=true", body).json()["done"] is False
    assert program("POST", swap, body).status_code == 200
    assert {row.name: row.pk for row in two.registries.all()} == before
    assert program("POST", f"{LOCAL}/schema-registries/default/default", {}).status_code == 409
    two.registries.filter(name="default").delete()
    assert program("POST", f"{LOCAL}/schema-registries/new-one/default", {}).status_code == 200
    assert [row.name for row in two.registries.all()] == ["default"]


def test_programs_add_change_and_remove_registries(two: Cluster) -> None:
    program = program_of(person("bob", "admin"))
    body = {"name": "eu", "url": "http://127.0.0.1:1/", "token": "s3cret"}
    dry = program("POST", f"{LOCAL}/schema-registries?dry_run=true", body)
    assert (dry.status_code, two.registries.count()) == (200, 2)
    assert program("POST", f"{LOCAL}/schema-registries", body).status_code == 201
    (row,) = [each for each in program.get(f"{LOCAL}/schema-registries") if each["name"] == "eu"]
    assert (row["url"], row["secrets"], row["subjects"]) == ("http://127.0.0.1:1", ["token"], None)
    assert program("PATCH", f"{LOCAL}/schema-registries/eu", {"url": "http://127.0.0.1:2"}).status_code == 422
    assert program("PATCH", f"{LOCAL}/schema-registries/eu", {"name": "asia"}).status_code == 200
    assert program("POST", f"{LOCAL}/schema-registry-tests", body).json()["ok"] is False
    assert program("DELETE", f"{LOCAL}/schema-registries/asia").status_code == 200
    Cluster.objects.update(declared=True)
    assert program("POST", f"{LOCAL}/schema-registries", body).status_code == 403
    assert program("DELETE", f"{LOCAL}/schema-registries/new-one").status_code == 403


def test_schemas_are_taken_over_from_another_registry_of_the_cluster(
    admin: Client, two: Cluster, written: list[tuple[str, str]]
) -> None:
    path = f"{NEW}/import/lines/"
    assert "Take over its schemas" in text_of(admin.get(path))
    preview = text_of(admin.post(path, {"source": "default", "action": "take"}))
    assert "registry new-one: a-value version 1" in preview
    assert written == [("POST", "/subjects/a-value")]  # which only asks whether it is there
    lines = json.dumps({"subject": "a-value", "version": 1, "schema": MONEY})
    assert lines.partition('"schema"')[0].rstrip(", ") in preview
    assert admin.post(path, {"lines": lines, "action": "import"}).headers["Location"] == f"{NEW}/"
    assert ("POST", "/subjects/a-value/versions") in written
    pat = signed_in(person("pat", "operator", resources="b-*"))
    assert "a-value" not in text_of(pat.post(path, {"source": "default", "action": "take"}))
    set_registry(two, "http://127.0.0.1:1")
    assert "Nothing is listening there" in text_of(admin.post(path, {"source": "default", "action": "take"}))
    two.registries.filter(name="default").delete()
    assert "Take over its schemas" not in text_of(admin.get(path))
