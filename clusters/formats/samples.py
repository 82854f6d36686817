"""A value that fits a schema, to begin a record with: the same for the same schema, short, and easy to change."""

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from clusters.formats import avro, protobuf
from clusters.formats.avro_values import UnfitError
from clusters.formats.content import UndecodableError, scalar
from clusters.formats.encoding import is_map_entry, places_of, short
from clusters.formats.json_samples import DEEPEST, Budget, JsonSampler
from clusters.formats.plain_text import json_value
from clusters.formats.schemas import AVRO, JSON, PROTOBUF, Schema

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
    except RecursionError as error:
        raise UnfitError("The schema is nested too deeply.") from error


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
        return JsonSampler(dict(schema.references)).value(document, document)
    if schema.kind == PROTOBUF:
        types = protobuf.message_types(schema.descriptors)
        places = [place for name, place in places_of(types) if not message or message in {name, short(name)}]
        if not places:
            raise UnfitError(f"The schema has no message {message}.")
        return Sampler().of_protobuf(protobuf.message_class(schema.descriptors, places[0]).DESCRIPTOR, 0)
    raise UnfitError(f"The schema is of a kind that kafkaadmin does not know: {schema.kind[:40]}.")


class Sampler(Budget):
    """Makes a value; what a schema has within itself ends where it may be left out."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[str] = []  # names of the types around

    def of_avro(self, schema: Any, named: Mapping[str, Any], depth: int) -> Any:
        """Raises UnfitError: it unfolds to too much, or without end."""
        self.spend()
        schema = named.get(schema, schema) if isinstance(schema, str) else schema
        if isinstance(schema, list):
            return self.of_union(schema, named, depth)
        kind = schema["type"] if isinstance(schema, dict) else schema
        if isinstance(schema, dict) and schema.get("logicalType") in LOGICAL:
            return LOGICAL[schema["logicalType"]]
        if kind in {"record", "error"}:
            return self.of_record(schema, named, depth)
        if kind in {"array", "map"}:
            inner = schema["items" if kind == "array" else "values"]
            values = [] if self.ends(inner, depth) else [self.of_avro(inner, named, depth + 1)]
            return values if kind == "array" else dict(zip(["key"], values, strict=False))
        if kind == "enum":
            return schema["symbols"][0]
        if kind == "fixed":
            return scalar(bytes(min(schema["size"], 1_000)))
        return SINGLE[kind] if kind in SINGLE else self.of_avro(kind, named, depth + 1)

    def of_union(self, union: list[Any], named: Mapping[str, Any], depth: int) -> Any:
        """Return a value of the first branch that is not null."""
        present = [each for each in union if each != "null" and not self.ends(each, 0)]
        if "null" in union and (depth > DEEPEST or not present):
            return None
        return self.of_avro((present or union)[0], named, depth + 1)

    def of_record(self, record: Mapping[str, Any], named: Mapping[str, Any], depth: int) -> dict[str, Any]:
        if record["name"] in self.within:
            raise UnfitError(f"The schema has no value: {record['name']} contains itself without end.")
        self.within.append(record["name"])
        fields = {field["name"]: self.of_avro_field(field, named, depth + 1) for field in record["fields"]}
        self.within.pop()
        return fields

    def ends(self, schema: Any, depth: int) -> bool:
        """Tell whether a type is too deep to be unfolded, or around already."""
        name = schema.get("name") if isinstance(schema, dict) else schema
        return depth > DEEPEST or (isinstance(name, str) and name in self.within)

    def of_avro_field(self, field: Mapping[str, Any], named: Mapping[str, Any], depth: int) -> Any:
        default, kind = field.get("default"), field["type"]
        first = kind[0] if isinstance(kind, list) and kind else kind  # which is the one that a default is of
        first = named.get(first, first) if isinstance(first, str) else first
        values = first if isinstance(first, dict) else {"type": first}
        is_as_written = "logicalType" not in values and values["type"] not in {"bytes", "fixed"}
        is_telling = is_as_written and isinstance(default, bool | int | float | str)
        return default if is_telling else self.of_avro(kind, named, depth)

    def of_protobuf(self, message: Any, depth: int) -> Any:
        """Return a message's fields: of a oneof the first one, and nothing below some levels."""
        self.spend()
        sample = json_format_sample(message)
        if sample is not None:
            return sample
        fields = {}
        self.within.append(message.full_name)
        for field in message.fields:
            if field.containing_oneof and field.containing_oneof.fields[0] is not field:
                continue
            if field.message_type and (depth >= DEEPEST or inner_of(field) in self.within):
                continue
            fields[field.name] = self.of_field(field, depth)
        self.within.pop()
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


def inner_of(field: Any) -> str:
    """Return the name of the message that a field has, or a map's values are."""
    message = field.message_type
    inner = message.fields_by_name["value"].message_type if is_map_entry(message) else message
    return inner.full_name if inner else ""


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
