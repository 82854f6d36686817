"""Schemas that are compared each with each: every pair is a change, in both directions."""

import json
from typing import Any


def record(*fields: dict[str, Any], name: str = "R", **more: Any) -> str:
    return json.dumps({"type": "record", "name": name, "fields": list(fields), **more})


def field(kind: Any, name: str = "f", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
INNER = {"type": "record", "name": "I", "fields": [field("int", "n")]}
AVRO_TYPES: list[Any] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string",
    {"type": "array", "items": "int"}, {"type": "array", "items": "long"}, {"type": "map", "values": "int"},
    {"type": "fixed", "name": "F", "size": 4}, {"type": "fixed", "name": "F", "size": 8},
    ENUM, {**ENUM, "symbols": ["A"]}, {**ENUM, "symbols": ["A"], "default": "A"}, {**ENUM, "name": "other.E"},
    {**ENUM, "name": "D"}, INNER, {**INNER, "fields": [field("long", "n"), field("int", "m", default=0)]},
    ["null", "int"], ["null", "long", "string"], ["int"],
]  # fmt: skip
AVRO = [
    *(record(field(kind)) for kind in AVRO_TYPES),
    record(),
    record(field("int", default=1)),
    record(field("int"), field("int", "g")),
    record(field("int"), field("int", "g", default=0)),
    record(field("int", "g", aliases=["f"])),
    record(field("int"), name="S"),
    record(field("int"), name="S", aliases=["R"]),
    record(field(["null", "R"])),
    '"int"',
    '["null", "string"]',
]


def thing(**more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": {"type": "string"}}, **more}


def prop(**schema: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema}}


JSON_SCHEMAS: list[Any] = [
    {},
    thing(),
    thing(required=["a"]),
    thing(additionalProperties=False),
    thing(additionalProperties={"type": "string"}),
    {"type": "object"},
    {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}},
    {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["b"]},
    {
        "type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
        "additionalProperties": False,
    },
    {
        "type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer", "default": 0}},
        "required": ["b"], "additionalProperties": False,
    },
    prop(type="integer"),
    prop(type="number"),
    prop(type="string", maxLength=5),
    prop(type="string", maxLength=9),
    prop(type="string", minLength=1),
    prop(type="string", pattern="^x"),
    prop(type="string", enum=["x", "y"]),
    prop(type="string", enum=["x", "y", "z"]),
    prop(type="integer", minimum=0),
    prop(type="integer", maximum=10),
    prop(type="integer", multipleOf=2),
    prop(type="integer", multipleOf=4),
    prop(type="array", items={"type": "string"}),
    prop(type="array", items={"type": "integer"}),
    prop(type="array", items={"type": "integer"}, maxItems=3),
    prop(type="array", items={"type": "integer"}, uniqueItems=True),
    prop(type="boolean"),
    prop(type="object", properties={"c": {"type": "string"}}),
    prop(oneOf=[{"type": "string"}, {"type": "integer"}]),
    prop(oneOf=[{"type": "string"}, {"type": "integer"}, {"type": "null"}]),
    prop(oneOf=[{"type": "string"}]),
]  # fmt: skip
DRAFT = "http://json-schema.org/draft-07/schema#"  # by which Apicurio tells that it is a JSON schema
JSON = [json.dumps({"$schema": DRAFT, **schema}) for schema in JSON_SCHEMAS]
HEAD = 'syntax = "proto3"; package p; '
PROTOBUF = [
    HEAD + text
    for text in (
        "message A { int32 x = 1; }",
        "message A { int64 x = 1; }",
        "message A { sint32 x = 1; }",
        "message A { string x = 1; }",
        "message A { bytes x = 1; }",
        "message A { int32 y = 1; }",
        "message A { repeated int32 x = 1; }",
        "message A { repeated string x = 1; }",
        "message A { int32 x = 1; string y = 2; }",
        "message A { int32 x = 2; }",
        "message A { }",
        "message A { int32 x = 1; } message B { }",
        "message A { B x = 1; } message B { }",
        "message A { C x = 1; } message C { }",
        "message A { E x = 1; } enum E { Z = 0; }",
        "message A { map<string, int32> x = 1; }",
        "message A { oneof o { int32 x = 1; string y = 2; } }",
        "message A { oneof o { int32 x = 1; } }",
        "message A { oneof o { int32 x = 1; string y = 2; bool z = 3; } }",
    )
] + ['syntax = "proto3"; package q; message A { int32 x = 1; }', 'syntax = "proto3"; message A { int32 x = 1; }']
