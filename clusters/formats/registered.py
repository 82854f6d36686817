"""What Confluent's serializers write: a schema's id, or its GUID in a header, and the value by that schema."""

from dataclasses import replace

from clusters.formats import avro, protobuf
from clusters.formats.content import Content, Data, UndecodableError
from clusters.formats.plain_text import sendable_value
from clusters.formats.schemas import AVRO, JSON, PROTOBUF, Schema, SchemaError, message_indexes, named_schema

LABELS = {AVRO: "Avro", JSON: "JSON Schema", PROTOBUF: "Protobuf"}
NO_REGISTRY = SchemaError("The cluster has no schema registry.", "Enter its URL in the cluster's form.")


class MissingRegistry:
    """Stands for a registry that a format names, and that the cluster does not have."""

    def __init__(self, name: str) -> None:
        self.error = SchemaError(f"The cluster has no schema registry {name}.", "Check the record format's name of it.")

    def by_id(self, number: int) -> Schema:
        """Raises SchemaError."""
        raise self.error.again()

    def by_guid(self, guid: str) -> Schema:
        """Raises SchemaError."""
        raise self.error.again()


def is_registered(data: Data) -> str:
    """Recognise what names a schema, where there is a registry to ask."""
    reference = named_schema(data.raw, data.part, data.headers) if data.schemas else None
    if reference is None:
        return ""
    place = "A header names" if reference.in_header else "Its first bytes name"
    return f"{place} the schema {reference} of the registry."


def registered(data: Data) -> Content:
    """Decode a key or a value by the schema that it names.

    Raises:
        SchemaError: the schema is not to be had.
        UndecodableError: it names none, or the bytes do not fit it.
    """
    reference = named_schema(data.raw, data.part, data.headers)
    if reference is None:
        raise UndecodableError("It names no schema: neither by a 0 and an id in its first bytes, nor in a header.")
    if data.schemas is None:
        raise NO_REGISTRY
    raw, schema = data.whole(), reference.schema(data.schemas)
    content = raw if reference.in_header else reference.rest
    decoded = by_schema(content, reference.rest if reference.in_header else None, schema, f"schema {reference}")
    return replace(decoded, label=LABELS[schema.kind])


def by_schema(content: bytes, indexes: bytes | None, schema: Schema, note: str) -> Content:
    """Decode bytes by a schema; the indexes of a Protobuf message are before its bytes unless they are given.

    Raises:
        UndecodableError: they do not fit it.
    """
    if schema.kind == AVRO:
        return avro.decode(content, avro.parse(schema.text, dict(schema.references)), note)
    if schema.kind == JSON:
        text = content.decode("utf-8", "replace")
        return Content(text, sendable_value(text), note)
    if schema.kind == PROTOBUF:
        places, rest = message_indexes(content if indexes is None else indexes)
        return protobuf.decode(rest if indexes is None else content, schema.descriptors, places, note)
    raise UndecodableError(f"Its schema is of a kind that kafkaadmin does not know: {schema.kind[:40]}.")
