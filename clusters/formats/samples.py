"""A value that fits a schema, to begin a record with: the same for the same schema, short, and easy to change."""

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from clusters.formats import avro, protobuf
from clusters.formats.avro_values import UnfitError
from clusters.formats.content import UndecodableError, scalar
from clusters.formats.encoding import is_map_entry, places_of, short
from clusters.formats.plain_text import json_value
from clusters.formats.schemas import AVRO, JSON, PROTOBUF, Schema

MOST = 10_000  # parts
DEEPEST = 6  # levels; what may be left out is left out below
LOGICAL = {
    "timestamp-millis": "2026-01-31T12:00:00+00:00",
    "timestamp-micros": "2026-01-31T12:00:00+00:00",
    "local-timestamp-millis": "2026-01-31T12:00:00",
    "local-timestamp-micros": "2026-01-31T12:00:00",
    "date": "2026-01-31",
    "time-millis": "12:00:00",
    "time-micros": "12:00:00",
    "decimal": "0",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
SINGLE: dict[str, Any] = {
    "null": None, "boolean": False, "int": 0, "long": 0, "float": 0.0, "double": 0.0, "string": "text", "bytes": "",
}  # fmt: skip


def sample(schema: Schema, message: str = "") -> str:
    """Return a sample as JSON in lines.

    Raises:
        UnfitError: the schema cannot be used.
    """
    try:
        return json.dumps(value_of(schema, message), ensure_ascii=False, indent=2)
    except UndecodableError as error:
        raise UnfitError(str(error)) from error


def sample_as(name: str, descriptors: bytes) -> str:
    """Return a sample of one of a cluster's own Protobuf messages.

    Raises:
        UnfitError: there is no such type.
    """
    try:
        value = Sampler().of_protobuf(protobuf.own_type(name, descriptors), 0)
    except UndecodableError as error:
        raise UnfitError(str(error)) from error
    return json.dumps(value, ensure_ascii=False, indent=2)


def value_of(schema: Schema, message: str) -> Any:
    if schema.kind == AVRO:
        parsed = avro.parse(schema.text, dict(schema.references))
        return Sampler().of_avro(parsed.parsed, parsed.named, 0)
    if schema.kind == JSON:
        document = json_value(schema.text)
        return Sampler(dict(schema.references)).of_json(document, document, 0)
    if schema.kind == PROTOBUF:
        types = protobuf.message_types(schema.descriptors)
        places = [place for name, place in places_of(types) if not message or message in {name, short(name)}]
        if not places:
            raise UnfitError(f"The schema has no message {message}.")
        return Sampler().of_protobuf(protobuf.message_class(schema.descriptors, places[0]).DESCRIPTOR, 0)
    raise UnfitError(f"The schema is of a kind that kafkaadmin does not know: {schema.kind[:40]}.")


class Sampler:
    """Makes a value; a schema that unfolds to too much is refused."""

    def __init__(self, references: Mapping[str, str] | None = None) -> None:
        self.left, self.references = MOST, references or {}

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise UnfitError(f"The schema unfolds to more than {MOST:,} parts.")

    def of_avro(self, schema: Any, named: Mapping[str, Any], depth: int) -> Any:
        """Return a value of an Avro schema; of a union it is of the first branch that is not null."""
        self.spend()
        if isinstance(schema, list):
            present = [each for each in schema if each != "null"]
            return None if depth > DEEPEST or not present else self.of_avro(present[0], named, depth + 1)
        kind = schema["type"] if isinstance(schema, dict) else schema
        if isinstance(schema, dict) and schema.get("logicalType") in LOGICAL:
            return LOGICAL[schema["logicalType"]]
        if kind in {"record", "error"}:
            return {field["name"]: self.of_avro_field(field, named, depth + 1) for field in schema["fields"]}
        if kind == "array":
            return [] if depth > DEEPEST else [self.of_avro(schema["items"], named, depth + 1)]
        if kind == "map":
            return {} if depth > DEEPEST else {"key": self.of_avro(schema["values"], named, depth + 1)}
        if kind == "enum":
            return schema["symbols"][0]
        if kind == "fixed":
            return scalar(bytes(min(schema["size"], 1_000)))
        if kind in SINGLE:
            return SINGLE[kind]
        return self.of_avro(named[kind] if isinstance(kind, str) else kind, named, depth + 1)

    def of_avro_field(self, field: Mapping[str, Any], named: Mapping[str, Any], depth: int) -> Any:
        default = field.get("default")
        is_telling = isinstance(default, bool | int | float | str)
        return default if is_telling else self.of_avro(field["type"], named, depth)

    def of_json(self, schema: Any, root: Any, depth: int) -> Any:
        """Return a value of a JSON schema: its examples, defaults and first choices, and all of its properties."""
        self.spend()
        if not isinstance(schema, dict) or depth > 2 * DEEPEST:
            return None
        if isinstance(schema.get("$ref"), str):
            name, _, pointer = schema["$ref"].partition("#")
            root = json_value(self.references[name]) if name in self.references else root
            return self.of_json(referenced(pointer, root), root, depth + 1)
        for name in ("const", "default"):
            if name in schema:
                return schema[name]
        for name in ("examples", "enum"):
            if isinstance(schema.get(name), list) and schema[name]:
                return schema[name][0]
        for name in ("oneOf", "anyOf", "allOf"):
            if isinstance(schema.get(name), list) and schema[name]:
                return self.of_json(schema[name][0], root, depth + 1)
        return self.of_json_type(schema, root, depth)

    def of_json_type(self, schema: dict[str, Any], root: Any, depth: int) -> Any:
        kinds = schema.get("type", "object" if "properties" in schema else "null")
        kind = next((each for each in kinds if each != "null"), "null") if isinstance(kinds, list) else kinds
        if kind == "object":
            properties = schema.get("properties")
            entries = properties.items() if isinstance(properties, dict) else ()
            required = schema.get("required") if isinstance(schema.get("required"), list) else []
            return {
                name: self.of_json(each, root, depth + 1)
                for name, each in entries
                if depth <= DEEPEST or name in (required or [])
            }
        if kind == "array":
            return [self.of_json(schema["items"], root, depth + 1)] if "items" in schema and depth <= DEEPEST else []
        if kind == "string":
            least = schema.get("minLength")
            formats = {"date-time": LOGICAL["timestamp-millis"], "date": LOGICAL["date"], "uuid": LOGICAL["uuid"]}
            return formats.get(
                str(schema.get("format")), "text".ljust(least if isinstance(least, int) else 0, "x")[:1_000]
            )
        if kind in {"integer", "number"}:
            return schema.get("minimum", 0)
        return {"boolean": False}.get(str(kind))

    def of_protobuf(self, message: Any, depth: int) -> Any:
        """Return a message's fields: of a oneof the first one, and nothing below some levels."""
        self.spend()
        sample = json_format_sample(message)
        if sample is not None:
            return sample
        fields = {}
        for field in message.fields:
            if field.containing_oneof and field.containing_oneof.fields[0] is not field:
                continue
            if field.message_type and depth >= DEEPEST:
                continue
            fields[field.name] = self.of_field(field, depth)
        return fields

    def of_field(self, field: Any, depth: int) -> Any:
        if field.message_type and is_map_entry(field.message_type):
            key, value = (field.message_type.fields_by_name[name] for name in ("key", "value"))
            return {str(self.single_field(key, depth)): self.single_field(value, depth)}
        single = self.single_field(field, depth)
        return [single] if field.is_repeated else single

    def single_field(self, field: Any, depth: int) -> Any:
        kinds = FieldDescriptor
        if field.cpp_type == kinds.CPPTYPE_MESSAGE:
            return self.of_protobuf(field.message_type, depth + 1)
        if field.cpp_type == kinds.CPPTYPE_ENUM:
            return field.enum_type.values[0].name
        if field.cpp_type == kinds.CPPTYPE_STRING:
            return "" if field.type == kinds.TYPE_BYTES else "text"
        return False if field.cpp_type == kinds.CPPTYPE_BOOL else 0


def referenced(pointer: str, root: Any) -> Any:
    """Return the part of a schema that a pointer such as ``/$defs/Money`` leads to, if it is within it."""
    part = root
    for step in pointer.split("/")[1:]:
        part = part.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(part, dict) else None
    return part


def json_format_sample(message: Any) -> Any:
    """Return what JSON has for one of Protobuf's own messages; None for any other."""
    return {
        "google.protobuf.Timestamp": "2026-01-31T12:00:00Z",
        "google.protobuf.Duration": "1s",
        "google.protobuf.StringValue": "text",
        "google.protobuf.BoolValue": False,
        "google.protobuf.FieldMask": "",
        **dict.fromkeys([f"google.protobuf.{kind}Value" for kind in ("Int32", "Int64", "UInt32", "UInt64")], 0),
        **dict.fromkeys([f"google.protobuf.{kind}Value" for kind in ("Float", "Double")], 0.0),
        "google.protobuf.Struct": {},
        "google.protobuf.ListValue": [],
        "google.protobuf.Value": "text",
        "google.protobuf.Any": {},
    }.get(message.full_name)
