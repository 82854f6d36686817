"""Changes of a real registry through the one door: registering, levels, deleting; and modes, which Apicurio lacks."""

import html
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.test import Client
from django.urls import resolve

from accounts.models import AuditEntry
from clusters.models import Cluster, GroupTopic, Subject, Topic
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.schemas.conftest import MONEY, ORDER, Register, mirror_schemas
from tests.conftest import signed_in
from tests.metrics.servers import Handler, says, serving
from tests.registries import local_with_registry
from tests.schema_registry import SchemaRegistry

pytestmark = pytest.mark.django_db
SCHEMAS = "/clusters/local/schemas"
Unique = Callable[[str], str]
OLD = MONEY
NEW = MONEY.replace('"long"}', '"long"}, {"name": "currency", "type": "string", "default": "EUR"}')
BREAKING = json.dumps(json.loads(NEW.replace(', "default": "EUR"', "")), indent=1)


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def test_a_version_is_registered_after_its_plan_was_shown(
    admin: Client, local: Cluster, register: Register, unique: Unique
) -> None:
    topic = unique("orders")
    subject = f"{topic}-value"
    Topic.objects.create(cluster=local, name=topic, partitions=1, replication=1)
    GroupTopic.objects.create(cluster=local, group="billing", topic=topic)
    register(subject, OLD)
    path = f"{SCHEMAS}/{subject}/register/"
    assert '"cents"' in text_of(admin.get(path))
    fields = {"type": "AVRO", "schema": NEW, "references": ""}
    preview = text_of(admin.post(path, fields | {"action": "preview"}))
    assert "field currency" in preview
    assert f"Topic {topic} uses this subject and has 1 consumer group: billing." in preview
    assert not AuditEntry.objects.exists()
    digest = preview.partition('name="plan" value="')[2].partition('"')[0]
    other = admin.post(path, fields | {"schema": OLD.replace("cents", "pence"), "plan": digest})
    assert "not the plan you confirmed" in text_of(other)
    AuditEntry.objects.all().delete()
    assert admin.post(path, fields | {"plan": digest}).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.resource, entry.outcome) == ("schemas.register", subject, "done")
    assert {"subject": "field currency", "before": None, "after": 'string = "EUR"'} in entry.steps
    assert Subject.objects.get(name=subject).version == 2
    assert "No change: it is version 2 already." in text_of(admin.post(path, fields))


def test_what_the_registry_objects_to_is_said_at_its_line(
    admin: Client, local: Cluster, registry: SchemaRegistry, register: Register, unique: Unique
) -> None:
    subject = unique("strict")
    register(subject, OLD)
    requests.put(f"{registry.url}/config/{subject}", json={"compatibility": "BACKWARD"}, timeout=10)
    path = f"{SCHEMAS}/{subject}/register/"
    page = text_of(admin.post(path, {"type": "AVRO", "schema": BREAKING}))
    line = 1 + BREAKING[: BREAKING.index('"name": "currency"')].count("\n")
    assert f"Not compatible (BACKWARD): Line {line}, field currency:" in page
    assert "Line 1, column 9: not JSON" in text_of(admin.post(path, {"type": "AVRO", "schema": '{"type" "record"}'}))
    proto = 'syntax = "proto3";\nmessage A {\n  strng x = 1;\n}'
    assert "schema.proto:3:3" in text_of(admin.post(path, {"type": "PROTOBUF", "schema": proto}))
    for kind, schema, words in (
        ("JSON", '{"type": "nonsense"}', '$.type: "nonsense" is not valid'),
        ("JSON", '{"$ref": "http://127.0.0.1:1/x"}', "it refers to http://127.0.0.1:1/x, which is not among its"),
        ("AVRO", '"nope"', "there is no type nope."),
    ):
        assert words in text_of(admin.post(path, {"type": kind, "schema": schema}))
    unknown = {"type": "AVRO", "schema": OLD, "references": f"a {unique('none')} 1"}
    assert "Check the references." in text_of(admin.post(path, unknown))
    content = program_of(person("bob", "operator"))(
        "POST", f"{LOCAL}/schemas/{subject}/check", {"type": "AVRO", "text": BREAKING}
    ).json()
    assert (content["compatible"], content["level"]) == (False, "BACKWARD")
    assert content["objections"][0]["line"] == line
    requests.put(f"{registry.url}/config/{subject}", json={"compatibility": "NONE"}, timeout=10)
    preview = text_of(admin.post(path, {"type": "AVRO", "schema": BREAKING, "action": "preview"}))
    assert "Breaking, though the level allows it: currency: the field has no default value" in preview


def test_a_schema_with_references_is_checked_too(
    admin: Client, local: Cluster, registry: SchemaRegistry, register: Register, unique: Unique
) -> None:
    """Apicurio checks one only when it is registered."""
    subject, money = unique("refers"), unique("money")
    register(money, MONEY)
    register(subject, ORDER, references=(("shop.Money", money, 1),))
    requests.put(f"{registry.url}/config/{subject}", json={"compatibility": "BACKWARD_TRANSITIVE"}, timeout=10)
    path = f"{SCHEMAS}/{subject}/register/"
    added = '{"name": "note", "type": "string"}, {"name": "total"'
    fields = {"type": "AVRO", "references": f"shop.Money {money} 1", "schema": ORDER.replace('{"name": "total"', added)}
    assert "Line 2, field note: the field has no default value" in text_of(admin.post(path, fields))
    fields["schema"] = fields["schema"].replace('"type": "string"', '"type": "string", "default": ""')
    assert admin.post(path, fields).status_code == 302


def test_a_new_subject_by_page_and_api_with_dry_run(admin: Client, local: Cluster, unique: Unique) -> None:
    first, second = unique("new"), unique("a/b c")
    response = admin.post(f"{SCHEMAS}/new/subject/", {"subject": first, "type": "AVRO", "schema": OLD})
    assert response.headers["Location"] == f"{SCHEMAS}/{first}/"
    assert resolve(f"{SCHEMAS}/new/").url_name == "subject"  # a subject may be called so
    program = program_of(person("bob", "operator"))
    path = f"{LOCAL}/schemas/{second.replace('/', '%2F').replace(' ', '%20')}/versions"
    body = {"type": "AVRO", "text": OLD}
    assert program("POST", f"{path}?dry_run=true", body).json()["done"] is False
    assert not Subject.objects.filter(name=second).exists()
    assert program("POST", path, body).status_code == 201
    assert program("POST", path, body).status_code == 200
    assert Subject.objects.get(name=second).versions == 1


def test_levels_are_set_and_restored(admin: Client, local: Cluster, register: Register, unique: Unique) -> None:
    subject = unique("level")
    register(subject, OLD)
    path = f"{SCHEMAS}/{subject}/settings/"
    assert "This registry has no modes." in text_of(admin.get(path))
    assert admin.post(path, {"compatibility": "FULL"}).status_code == 302
    preview = text_of(admin.post(path, {"compatibility": "NONE", "action": "preview"}))
    assert "NONE accepts any schema" in preview
    assert "No change" in text_of(admin.post(path, {"compatibility": "FULL"}))
    assert Subject.objects.get(name=subject).compatibility == "FULL"
    entry = AuditEntry.objects.get(resource=subject, outcome="done")
    before = entry.steps[0]["before"]
    undo = text_of(admin.get(f"{path}?undo={entry.pk}"))
    assert f'<option value="{before}" selected' in undo
    program = program_of(person("bob", "admin"))
    changed = program("PATCH", f"{LOCAL}/schemas/{subject}/settings", {"compatibility": "FORWARD"}).json()
    assert (changed["steps"][0]["before"], changed["steps"][0]["after"]) == ("FULL", "FORWARD")
    assert program("PATCH", f"{LOCAL}/schema-settings", {"compatibility": "FULL_TRANSITIVE"}).status_code == 200
    assert local.registries.get().compatibility == "FULL_TRANSITIVE"
    assert program("PATCH", f"{LOCAL}/schema-settings", {"compatibility": "NONE"}).status_code == 200


def test_subjects_are_deleted_softly_and_for_good(
    admin: Client, local: Cluster, registry: SchemaRegistry, register: Register, unique: Unique
) -> None:
    subject = unique("gone")
    for text in (OLD, NEW):
        register(subject, text)
    mirror_schemas(local)
    path = f"{SCHEMAS}/{subject}/delete/"
    assert admin.post(f"{path}?version=1", {"confirm": "wrong"}).status_code == 422
    assert admin.post(f"{path}?version=one", {"confirm": subject}).status_code == 404
    assert admin.post(f"{path}?version=1", {"confirm": subject}).status_code == 302
    assert requests.get(f"{registry.url}/subjects/{subject}/versions", timeout=10).json() == [2]
    assert admin.post(path, {"confirm": subject}).status_code == 302
    assert Subject.objects.get(name=subject).deleted
    page = admin.get(f"{SCHEMAS}/{subject}/")
    assert "This subject was deleted softly" in text_of(page)
    program = program_of(person("bob", "operator"))
    dry = program("DELETE", f"{LOCAL}/schemas/{subject}?permanent=true&dry_run=true").json()
    assert dry["steps"][0] == {"kind": "remove", "subject": f"subject {subject}", "before": "2 versions", "after": None}
    assert program("DELETE", f"{LOCAL}/schemas/{subject}?permanent=true").status_code == 200
    assert not Subject.objects.filter(name=subject).exists()
    assert subject not in requests.get(f"{registry.url}/subjects?deleted=true", timeout=10).json()


def test_production_wants_the_name_and_read_only_clusters_refuse(
    admin: Client, local: Cluster, register: Register, unique: Unique
) -> None:
    subject = unique("prod")
    register(subject, OLD)
    program = program_of(person("bob", "operator"))
    Cluster.objects.update(environment="production")
    assert program("DELETE", f"{LOCAL}/schemas/{subject}").status_code == 422
    Cluster.objects.update(read_only=True)
    for method, path, body in (
        ("DELETE", f"/{subject}?confirm={subject}", None),
        ("POST", f"/{subject}/versions", {"text": NEW}),
    ):
        assert program(method, f"{LOCAL}/schemas{path}", body).status_code == 403
    assert admin.post(f"{SCHEMAS}/{subject}/settings/", {"compatibility": "FULL"}).status_code == 403


def test_who_may_change_what(local: Cluster, register: Register, unique: Unique) -> None:
    own, other = unique("mine"), unique("other")
    operator, viewer = signed_in(person("oda", "operator", resources="mine-*")), signed_in(person("vic"))
    fields = {"subject": own, "type": "AVRO", "schema": OLD}
    assert operator.post(f"{SCHEMAS}/new/subject/", fields).status_code == 302
    refused = text_of(operator.post(f"{SCHEMAS}/new/subject/", fields | {"subject": other}))
    assert f"You don't have access to local/{other} (needs schemas.register)." in refused
    assert operator.post(f"{SCHEMAS}/settings/global/", {"compatibility": "NONE"}).status_code == 403
    for path in ("new/subject/", f"{own}/register/", f"{own}/settings/", f"{own}/delete/", "settings/global/"):
        assert viewer.post(f"{SCHEMAS}/{path}", fields).status_code == 403
    owner = signed_in(person("odo", "admin", resources="mine-*"))
    refused = text_of(owner.post(f"{SCHEMAS}/settings/global/", {"compatibility": "FULL"}))
    assert "needs schemas.configure" in refused


def test_modes_of_a_registry_that_has_them(admin: Client) -> None:
    modes = {"/mode": "READWRITE"}

    def answer(handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if handler.command == "PUT":
            modes[path] = json.loads(handler.body)["mode"]
        if path.startswith("/mode") and path not in modes:
            says('{"error_code": 40409, "message": "no mode"}', status=404)(handler)
        elif path.startswith("/mode"):
            says(json.dumps({"mode": modes[path]}))(handler)
        else:
            says('{"compatibilityLevel": "BACKWARD"}')(handler)

    with serving(answer) as url:
        local_with_registry(url)
        page = text_of(admin.get(f"{SCHEMAS}/orders-value/settings/"))
        assert "READONLY_OVERRIDE" in page
        fields = {"compatibility": "BACKWARD", "mode": "READONLY"}
        preview = text_of(admin.post(f"{SCHEMAS}/orders-value/settings/", fields | {"action": "preview"}))
        assert "no schema can be registered" in preview
        assert admin.post(f"{SCHEMAS}/orders-value/settings/", fields).status_code == 302
    assert modes == {"/mode": "READWRITE", "/mode/orders-value": "READONLY"}
    assert AuditEntry.objects.get().steps == [{"subject": "mode", "before": None, "after": "READONLY"}]
