"""A subject's pages on a real registry: versions, fields, references, differences, ids; all three types."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from clusters.models import Cluster, Topic
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.schemas.conftest import MONEY, ORDER, Register, mirror_schemas
from tests.conftest import signed_in
from tests.registries import set_registry

pytestmark = pytest.mark.django_db
SCHEMAS = "/clusters/local/schemas"
Unique = Callable[[str], str]
WIDER = ORDER.replace('"doc": "Counts up."}', '"doc": "Counts up."}, {"name": "note", "type": "string"}')


def test_a_subject_with_its_fields_and_its_references_both_ways(
    admin: Client, local: Cluster, register: Register, unique: Unique
) -> None:
    topic, money = unique("orders"), unique("money")
    Topic.objects.create(cluster=local, name=topic, partitions=1, replication=1)
    register(money, MONEY)
    number = register(f"{topic}-value", ORDER, references=(("shop.Money", money, 1),))
    mirror_schemas(local)
    page = admin.get(f"{SCHEMAS}/{topic}-value/").content.decode()
    assert "Counts up." in page
    assert 'title="total.cents"' in page
    assert f'href="{SCHEMAS}/{money}/?version=1"' in page
    assert f'href="/clusters/local/topics/{topic}/"' in page
    assert "&quot;cents&quot;: 0" in page  # of the sample
    assert f"{topic}-value" in admin.get(f"{SCHEMAS}/{money}/").content.decode().partition("Referenced by")[2]
    content = program_of(person("bob")).get(f"{LOCAL}/schemas/{topic}-value?version=1")
    assert [field["path"] for field in content["definition"]["fields"]] == ["id", "total", "total.cents"]
    assert content["definition"]["id"] == number
    assert f'href="{SCHEMAS}/{topic}-value/"' in admin.get(f"/clusters/local/topics/{topic}/acls/").content.decode()


def test_two_versions_are_compared_as_text_and_by_meaning(
    admin: Client, local: Cluster, register: Register, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, money = unique("o"), unique("money")
    register(money, MONEY)
    for text in (ORDER, WIDER):
        register(subject, text, references=(("shop.Money", money, 1),))
    page = admin.get(f"{SCHEMAS}/{subject}/compare/").content.decode()
    assert "Records of version 1 cannot be read with version" in page
    assert "the field has no default value" in page
    assert "<ins>string</ins>" in page
    assert "<ins>      &quot;name&quot;: &quot;note&quot;,</ins>" in page
    content = program_of(person("bob")).get(f"{LOCAL}/schemas/{subject}/compare?before=1&after=2")
    assert content["fields"] == [{"path": "note", "kind": "added", "before": None, "after": "string"}]
    assert [problem["path"] for problem in content["backward"]] == ["note"]
    assert content["forward"] == []
    assert content["allowed"] == {"BACKWARD": False, "FORWARD": True, "FULL": False, "NONE": True}
    assert admin.get(f"{SCHEMAS}/{subject}/compare/?before=7").status_code == 404
    with monkeypatch.context() as patch:
        patch.setattr("clusters.schemas.fields.tree.MOST", 2)
        assert "only changes of the first ones" in admin.get(f"{SCHEMAS}/{subject}/compare/").content.decode()
        assert "Only the first 2 fields are shown." in admin.get(f"{SCHEMAS}/{subject}/").content.decode()
    assert "The texts are the same." in admin.get(f"{SCHEMAS}/{subject}/compare/?before=2&after=2").content.decode()


def test_json_schema_and_protobuf_have_their_fields_too(
    admin: Client, local: Cluster, register: Register, unique: Unique
) -> None:
    money, order, document = unique("money"), unique("proto"), unique("json")
    register(money, 'syntax = "proto3"; package shop; message Money { int64 cents = 1; }', "PROTOBUF")
    text = """syntax = "proto3"; package shop; import "money.proto";
    message Order { repeated Money parts = 1; map<string, int32> counts = 2; }"""
    register(order, text, "PROTOBUF", (("money.proto", money, 1),))
    page = admin.get(f"{SCHEMAS}/{order}/").content.decode()
    assert 'title="Order.parts.cents"' in page
    assert "map&lt;string, int32&gt;" in page
    schema = {
        "type": "object", "required": ["id"], "additionalProperties": False,
        "properties": {"id": {"type": "integer", "minimum": 1}, "tags": {"type": "array", "items": {"type": "string"}},
                       "far": {"$ref": "http://127.0.0.1:1/far.json"}},
    }  # fmt: skip
    number = register(document, json.dumps(schema), "JSON")
    page = admin.get(f"{SCHEMAS}/{document}/").content.decode()
    assert "array&lt;string&gt;" in page
    assert "minimum 1" in page
    assert 'title="far"' in page
    assert 'title="far.id"' not in page  # what is elsewhere is neither fetched nor taken for the schema itself
    assert document in admin.get(f"{SCHEMAS}/id/{number}/").content.decode()
    assert program_of(person("bob")).get(f"{LOCAL}/schema-ids/{number}")["definition"]["text"] == json.dumps(schema)


def test_ids_are_found_and_only_within_the_grants(
    admin: Client, local: Cluster, register: Register, unique: Unique
) -> None:
    subject = unique("mine")
    number = register(subject, MONEY.replace("Money", f"M{unique('x').replace('-', '')}"))
    assert admin.get(f"{SCHEMAS}/id/find/?id={number}").headers["Location"] == f"{SCHEMAS}/id/{number}/"
    assert admin.get(f"{SCHEMAS}/id/find/?id=x").status_code == 404
    assert admin.get(f"{SCHEMAS}/id/999999/").status_code == 404
    pat = signed_in(person("pat", resources="other*"))
    assert pat.get(f"{SCHEMAS}/id/{number}/").status_code == 404
    assert pat.get(f"{SCHEMAS}/{subject}/").status_code == 403


def test_what_is_not_there_is_said(admin: Client, local: Cluster, register: Register, unique: Unique) -> None:
    subject, endless = unique("one"), unique("endless")
    register(subject, MONEY)
    register(endless, '{"type": "record", "name": "A", "fields": [{"name": "a", "type": "A"}]}')
    assert "Sample record" not in admin.get(f"{SCHEMAS}/{endless}/").content.decode()
    assert admin.get(f"{SCHEMAS}/{unique('nothing')}/").status_code == 404
    response = admin.get(f"{SCHEMAS}/{subject}/?version=9")
    assert response.status_code == 404
    assert "has no version 9" in response.content.decode()
    set_registry(local, "http://127.0.0.1:1")
    assert "Nothing is listening there" in admin.get(f"{SCHEMAS}/{subject}/").content.decode()
    local.registries.all().delete()
    assert "The cluster has no schema registry." in admin.get(f"{SCHEMAS}/{subject}/").content.decode()
