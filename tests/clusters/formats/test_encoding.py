"""What is typed as JSON, as Confluent's serializers would write it, and read again; samples fit their schemas."""

import json
from typing import Any

import pytest

from clusters.formats.avro_values import UnfitError
from clusters.formats.content import Data
from clusters.formats.detection import decode
from clusters.formats.encoding import check_json_schema, encoded
from clusters.formats.samples import sample
from clusters.formats.schemas import Schema
from clusters.gateway.registry.protobuf_compiler import compiled

AVRO = Schema(
    "AVRO",
    json.dumps({
        "type": "record", "name": "Order", "namespace": "shop", "fields": [
            {"name": "id", "type": "long"},
            {"name": "total", "type": "shop.Money"},
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
            {"name": "raw", "type": "bytes"},
            {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A", "B"]}},
            {"name": "tags", "type": {"type": "array", "items": "string"}},
            {"name": "counts", "type": {"type": "map", "values": "int"}},
            {"name": "either", "type": ["null", "long", "string", "shop.Money", {"type": "array", "items": "int"}]},
            {"name": "next", "type": ["null", "Order"], "default": None},
        ],
    }),
    (("shop.Money", '{"type": "record", "name": "Money", "namespace": "shop", '
      '"fields": [{"name": "cents", "type": "int"}]}'),),
)  # fmt: skip
ORDER: dict[str, Any] = {
    "id": 2**40, "total": {"cents": 5}, "at": "2026-01-31T12:00:00+00:00", "price": "12.50", "raw": "/w==", "kind": "B",
    "tags": ["a"], "counts": {"x": -1}, "either": "text", "next": None,
}  # fmt: skip
JSON_SCHEMA = Schema(
    "JSON",
    json.dumps({
        "type": "object",
        "properties": {"id": {"type": "integer", "minimum": 3}, "money": {"$ref": "money.json"},
                       "on": {"format": "date", "type": "string"}},
        "required": ["id"],
    }),
    (("money.json", '{"type": "object", "properties": {"cents": {"type": "integer"}}}'),),
)  # fmt: skip
PROTO = """syntax = "proto3"; package shop; import "google/protobuf/timestamp.proto"; message First { int32 a = 1; }
message Outer { enum E { ZERO = 0; } message Inner {
  string id = 1; google.protobuf.Timestamp at = 2; map<string, int64> n = 3; repeated E es = 4; bytes b = 5;
  oneof way { int32 left = 6; string right = 7; } Inner next = 8; bool ok = 9; double d = 10; } }"""
PROTOBUF = Schema("PROTOBUF", PROTO, (), compiled(PROTO, ()))


class Known:
    """A registry with one schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def by_id(self, number: int) -> Schema:
        assert number == 7
        return self.schema

    def by_guid(self, guid: str) -> Schema:
        raise AssertionError(guid)


def again(raw: bytes, schema: Schema) -> Any:
    return decode(Data(raw, len(raw), schemas=Known(schema))).content.value


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {}),
        ({"either": None}, {}),
        ({"either": 5}, {}),
        ({"either": {"long": 5}}, {"either": 5}),
        ({"either": {"cents": 5}}, {}),
        ({"either": {"shop.Money": {"cents": 5}}}, {"either": {"cents": 5}}),
        ({"either": [1, 2]}, {}),
        ({"price": 3}, {"price": "3.00"}),
        ({"next": ORDER}, {}),
    ],
)
def test_avro_reads_as_it_was_typed(change: dict[str, Any], expected: dict[str, Any]) -> None:
    raw = encoded(json.dumps(ORDER | change), AVRO, 7)
    assert raw[:5] == b"\0\0\0\0\x07"
    assert again(raw, AVRO) == ORDER | change | expected


@pytest.mark.parametrize(
    ("union", "text", "raw"),
    [
        (["null", "int", "long"], "5", b"\x02\x0a"),
        (["null", "int", "long"], '{"long": 5}', b"\x04\x0a"),
        (["string", "bytes"], '"YQ=="', b"\x00\x08YQ=="),
        (["string", "bytes"], '{"bytes": "YQ=="}', b"\x02\x02a"),
        (["string", {"type": "enum", "name": "K", "symbols": ["A"]}], '{"K": "A"}', b"\x02\x00"),
        (["int", {"type": "long", "logicalType": "timestamp-millis"}], '"1970-01-01T00:00:00.001+00:00"', b"\x02\x02"),
        (["float", "double"], "1.1", b"\x02\x9a\x99\x99\x99\x99\x99\xf1\x3f"),
        (["float", "double"], '{"float": 1.5}', b"\x00\x00\x00\xc0\x3f"),
    ],
)
def test_a_branch_of_a_union_is_the_one_that_is_named_else_the_first_that_fits(
    union: list[Any], text: str, raw: bytes
) -> None:
    assert encoded(text, Schema("AVRO", json.dumps(union)), 7)[5:] == raw


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "x"}, "$.id: 'x' is not a whole number of the type long."),
        ({"id": True}, "$.id: 'True' is not a whole number"),
        ({"total": {"cents": 2**31}}, "$.total.cents: '2147483648' is not a whole number of the type int."),
        ({"total": {}}, "$.total: the field cents is missing, and has no default."),
        ({"other": 1}, "$: the schema has no field other; it has at, counts,"),
        ({"at": "yesterday"}, "$.at: 'yesterday' is not a timestamp-millis, e.g. 2026-"),
        ({"price": "1.234"}, "It does not fit the schema"),
        ({"raw": "ä"}, "$.raw: 'ä' is not base64."),
        ({"kind": "C"}, "$.kind: 'C' is none of A, B."),
        ({"tags": ["a", 5]}, "$.tags[1]: '5' is not a string."),
        ({"either": 1.5}, "$.either: '1.5' is not a list."),
    ],
)
def test_what_does_not_fit_avro_is_told_with_its_path(change: dict[str, Any], words: str) -> None:
    with pytest.raises(UnfitError) as raised:
        encoded(json.dumps(ORDER | change), AVRO, 7)
    assert words in str(raised.value)


def test_json_is_validated_with_its_references_and_written_as_typed() -> None:
    text = '{"id": 3.0, "money": {"cents": 1}}'
    assert encoded(text, JSON_SCHEMA, 7) == b"\0\0\0\0\x07" + text.encode()
    for typed, words in (
        ("{", "It is not JSON"),
        ('{"money": {"cents": "x"}}', '$.money.cents: "x" is not of type "integer".'),
        ("{}", '"id" is a required property'),
    ):
        with pytest.raises(UnfitError) as raised:
            encoded(typed, JSON_SCHEMA, 7)
        assert words in str(raised.value)


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/x.json", "file:///etc/passwd", "other.json"])
def test_a_json_schema_fetches_nothing_from_elsewhere(target: str) -> None:
    with pytest.raises(UnfitError, match="cannot be used"):
        encoded("{}", Schema("JSON", json.dumps({"$ref": target})), 7)


@pytest.mark.parametrize(
    ("message", "typed", "head"),
    [
        ("", {"a": 5}, b"\0"),
        ("shop.Outer.Inner", {"id": "x", "at": "2026-01-31T12:00:00Z", "n": {"k": "5"}, "right": "r"}, b"\4\2\0"),
        ("Inner", {"es": ["ZERO"], "b": "/w==", "next": {"ok": True}}, b"\4\2\0"),
    ],
)
def test_protobuf_reads_as_it_was_typed(message: str, typed: dict[str, Any], head: bytes) -> None:
    raw = encoded(json.dumps(typed), PROTOBUF, 7, message)
    assert raw[5 : 5 + len(head)] == head
    assert again(raw, PROTOBUF) == typed


@pytest.mark.parametrize(
    ("message", "typed", "words"),
    [
        ("", '{"b": 1}', 'no field named "b"'),
        ("Other", "{}", "has no message Other; it has shop.First, shop.Outer, shop.Outer.Inner."),
        ("", "[", "It is not JSON"),
    ],
)
def test_what_does_not_fit_protobuf_is_told(message: str, typed: str, words: str) -> None:
    with pytest.raises(UnfitError) as raised:
        encoded(typed, PROTOBUF, 7, message)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("schema", "message"),
    [(AVRO, ""), (JSON_SCHEMA, ""), (PROTOBUF, ""), (PROTOBUF, "Inner"), (PROTOBUF, "shop.Outer")],
)
def test_a_sample_fits_its_schema(schema: Schema, message: str) -> None:
    text = sample(schema, message)
    assert again(encoded(text, schema, 7, message), schema) is not None
    assert text == sample(schema, message)


NODE = {"$ref": "#/definitions/Node"}
AVRO_FIELDS = [
    {"name": "next", "type": ["null", "shop.Odd"]}, {"name": "kids", "type": {"type": "map", "values": "shop.Odd"}},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 4}, "default": "\u0000"},
    {"name": "raw", "type": "bytes", "default": "\u00ff"}, {"name": "day", "type": ["string", "int"], "default": "x"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("AVRO", {"type": "record", "name": "Odd", "namespace": "shop", "fields": AVRO_FIELDS}),
        ("JSON", {"properties": {"a": {"type": "string"}}, "type": "object", "anyOf": [{"required": ["a"]}]}),
        ("JSON", {"allOf": [{"$ref": "base.json"}], "type": "object", "properties": {"x": {"exclusiveMinimum": 4,
                  "multipleOf": 3, "type": "integer"}}, "required": ["x"]}),
        ("JSON", {"type": "object", "required": ["m"], "properties": {"m": {"$ref": "#money"}},
                  "$defs": {"M": {"$anchor": "money", "type": "number", "maximum": -2}}}),
        ("JSON", {"oneOf": [{"type": "null"}, {"type": "array", "items": {"type": "string", "maxLength": 2},
                  "minItems": 2}]}),
        ("JSON", {**NODE, "definitions": {"Node": {"type": "object", "properties": {"next": NODE}}}}),
    ],
)  # fmt: skip
def test_odd_schemas_have_short_samples_too(kind: str, schema: dict[str, Any]) -> None:
    base = {"type": "object", "properties": {"id": {"type": "string", "format": "email"}}, "required": ["id"]}
    references = (("base.json", json.dumps(base)),) if kind == "JSON" else ()
    written = Schema(kind, json.dumps(schema), references)
    text = sample(written)
    assert len(text) < 200
    assert encoded(text, written, 7)


def laughs() -> str:
    kind: Any = {"type": "record", "name": "L0", "fields": []}
    for level in range(1, 20):
        fields = [{"name": "a", "type": kind}, {"name": "b", "type": f"L{level - 1}"}]
        kind = {"type": "record", "name": f"L{level}", "fields": fields}
    return json.dumps(kind)


def test_hostile_schemas_end_in_a_sentence() -> None:
    with pytest.raises(UnfitError, match="unfolds to more than"):
        sample(Schema("AVRO", laughs()))
    endless = {"type": "record", "name": "A", "fields": [{"name": "a", "type": "A"}]}
    with pytest.raises(UnfitError, match="A contains itself without end"):
        sample(Schema("AVRO", json.dumps(endless)))
    elsewhere = {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:1/a.json"}}}
    assert json.loads(sample(Schema("JSON", json.dumps(elsewhere)))) == {"a": None}
    looping = {"$ref": "#/x", "x": {"allOf": [{"$ref": "#/x"}]}}
    assert sample(Schema("JSON", json.dumps(looping))) == "null"
    deep: Any = {"end": 1}
    for _ in range(60):
        deep = {"n": deep}
    inner = {"type": "record", "name": "B", "fields": [{"name": "n", "type": ["null", "A", "B"]}]}
    union = {"type": "record", "name": "A", "fields": [{"name": "n", "type": ["null", "A", inner]}]}
    with pytest.raises(UnfitError):
        encoded(json.dumps(deep), Schema("AVRO", json.dumps(union)), 7)


@pytest.mark.parametrize(
    "schema",
    [
        True, {"type": "string"}, {"$schema": "http://unknown/x", "type": "object"}, {"pattern": "["},
        {"$id": "http://e/x", "$defs": {"a": {"$id": "item.json"}}, "$ref": "item.json"}, {"$ref": "other.json"},
    ],
)  # fmt: skip
def test_json_schemas_that_others_may_take_are_not_refused(schema: object) -> None:
    check_json_schema(Schema("JSON", json.dumps(schema), (("other.json", "true"),)))


def test_a_field_that_is_there_twice_is_refused() -> None:
    for text in ('{"id": 1, "id": 2}', '{"id": 1, "more": {"a": 1, "a": 1}}'):
        with pytest.raises(UnfitError, match="Duplicate field: "):
            encoded(text, JSON_SCHEMA, 7)
