"""Typed JSON as bytes: as Confluent's serializers write it (a 0, the id of a registry's schema, the value's bytes by
that), or as a bare message of a cluster's own Protobuf types.
"""

import json
import re
import struct
from typing import Any

import jsonschema_rs
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import EncodeError, Message

from clusters.formats import avro, avro_values, protobuf
from clusters.formats.avro_values import UnfitError
from clusters.formats.content import UndecodableError
from clusters.formats.plain_text import json_value
from clusters.formats.schemas import AVRO, JSON, MAGIC_ID, PROTOBUF, Schema
from core.json_text import read_json

MOST_ERRORS = 3
MOST_NAMED = 10  # fields of a path
NO_NUMBER = re.compile(r"(?:invalid literal for int\(\) with base 10|could not convert string to float): (.+?)\.*$")
OTHERS = re.compile(r'^Unknown meta-schema|is not a "regex"$')  # what the validator says of what it does not judge
NOT_PRESENT = re.compile(r"Resource '([^']*)' is not present.*")
FIELD = re.compile(r"Failed to parse (\w+) field: ")


def encoded(text: str, schema: Schema, number: int, message: str = "") -> bytes:
    """Return the bytes of a record's key or value; ``message`` names a Protobuf message, by default the file's first.

    Raises:
        UnfitError: the text is no JSON, or does not fit the schema.
    """
    return struct.pack(">bI", MAGIC_ID, number) + b"".join(unframed(text, schema, message))


def unframed(text: str, schema: Schema, message: str = "") -> tuple[bytes, bytes]:
    """Return the indexes of a Protobuf message, empty for other schemas, and the bytes by the schema.

    Raises:
        UnfitError: the text is no JSON, or does not fit the schema.
    """
    try:
        value = json_value(text, MEMBERS)
        if schema.kind == AVRO:
            return b"", avro_values.encode(value, avro.parse(schema.text, dict(schema.references)))
        if schema.kind == JSON:
            check_json(value, schema)
            return b"", text.encode()
        if schema.kind == PROTOBUF:
            return protobuf_message(text, schema, message)
    except UndecodableError as error:
        raise UnfitError(str(error)) from error
    raise UnfitError(f"The schema is of a kind that kafkaadmin does not know: {schema.kind[:40]}.")


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members.

    Raises:
        UndecodableError: one comes twice, of which only the last would be written.
    """
    named = dict(pairs)
    if len(named) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UndecodableError(f"Duplicate field: {twice[:200]}.")
    return named


MEMBERS = json.JSONDecoder(object_pairs_hook=members)


def check_json(value: Any, schema: Schema) -> None:
    """Raises UnfitError: a value does not fit a JSON schema; the message has the first reasons, with their paths."""
    try:
        validator = jsonschema_rs.validator_for(json_value(schema.text), retriever=retriever(schema))
        errors = [f"{path_of(error)}: {error.message[:300]}." for error in first(validator.iter_errors(value))]
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise UnfitError(f"The JSON schema cannot be used: {error}") from error
    if errors:
        raise UnfitError(" ".join(errors))


def check_json_schema(schema: Schema) -> None:
    """Refuse what no validator takes. Drafts that are not known here are left to others, as are patterns of Java's.

    Raises:
        UndecodableError: it is no JSON schema, or refers to what is not among its references.
    """
    try:
        jsonschema_rs.validator_for(json_value(schema.text), retriever=retriever(schema))
    except jsonschema_rs.ValidationError as error:
        if not OTHERS.search(error.message):
            reason = NOT_PRESENT.sub(r"it refers to \1, which is not among its references", error.message)
            raise UndecodableError(f"Its JSON schema cannot be used: {path_of(error)}: {reason[:300]}.") from error
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise UndecodableError(f"Its JSON schema cannot be used: {str(error)[:300]}.") from error


def first(errors: Any) -> list[Any]:
    return [error for _, error in zip(range(MOST_ERRORS), errors, strict=False)]


def path_of(error: Any) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)


def retriever(schema: Schema) -> Any:
    """Return what gives the schemas that this one refers to: those of the registry, and nothing from elsewhere."""
    references = dict(schema.references)

    def retrieve(uri: str) -> Any:
        name = next((name for name in references if uri == name or uri.endswith(f"/{name}")), None)
        if name is None:
            raise ValueError(f"{uri} is not among the schema's references")
        return read_json(references[name])

    return retrieve


def protobuf_message(text: str, schema: Schema, name: str) -> tuple[bytes, bytes]:
    """Return the indexes and the bytes of a message, which JSON describes."""
    places = places_of(protobuf.message_types(schema.descriptors))
    full_names = ", ".join(full_name for full_name, _ in places)
    called = [full_name for full_name, _ in places if not name or name in {full_name, short(full_name)}]
    chosen = dict(places).get(name if name in called else next(iter(called), ""))
    if chosen is None:
        raise UnfitError(f"The schema has no message {name}; it has {full_names or 'none'}.")
    return indexes_of(chosen), message_bytes(text, protobuf.message_class(schema.descriptors, chosen))


def encoded_as(text: str, name: str, descriptors: bytes) -> bytes:
    """Return the bytes of one of a cluster's own Protobuf messages, without anything before them.

    Raises:
        UnfitError: there is no such type, the text is no JSON, or does not fit it.
    """
    try:
        if not isinstance(json_value(text), dict):
            raise UnfitError(f"{name} is written as a JSON object.")
        return message_bytes(text, message_factory.GetMessageClass(protobuf.own_type(name, descriptors)))
    except UndecodableError as error:
        raise UnfitError(str(error)) from error


def message_bytes(text: str, message_class: type[Message]) -> bytes:
    """Return the bytes of a message, the same for the same text: a key's bytes choose its partition.

    Raises:
        UnfitError: the text does not fit it.
    """
    message = message_class()
    pool: Any = message.DESCRIPTOR.file.pool
    try:
        json_format.Parse(text, message, descriptor_pool=pool)
        return message.SerializeToString(deterministic=True)
    except (json_format.ParseError, EncodeError, ValueError, TypeError, RecursionError) as error:
        raise UnfitError(f"It does not fit {message.DESCRIPTOR.full_name}: {reason_of(error)}") from error


def reason_of(error: Exception) -> str:
    """Return what Protobuf says is wrong, with the path of the field: it names each message on the way to it."""
    path, reason = FIELD.findall(str(error)), " ".join(FIELD.sub("", str(error)).split())[:300]
    reason = NO_NUMBER.sub(r"\1 is not a number", reason).rstrip(".") + "."
    names, more = "".join(f".{name}" for name in path[:MOST_NAMED]), "…" if len(path) > MOST_NAMED else ""
    return f"${names}{more}: {reason}" if path else reason


def places_of(messages: Any, above: tuple[int, ...] = ()) -> list[tuple[str, tuple[int, ...]]]:
    """Return the full names of messages and of those within, each with its place in the file."""
    places: list[tuple[str, tuple[int, ...]]] = []
    for number, message in enumerate(messages):
        if not is_map_entry(message):
            places.append((message.full_name, (*above, number)))
            places += places_of(message.nested_types, (*above, number))
    return places


def is_map_entry(message: Descriptor) -> bool:
    return bool(message.GetOptions().map_entry)


def short(name: str) -> str:
    return name.rpartition(".")[2]


def indexes_of(place: tuple[int, ...]) -> bytes:
    """Return a message's place as Confluent writes it: a single 0 for the first, else how many numbers, and these."""
    if place == (0,):
        return b"\0"
    return b"".join(zigzag(number) for number in (len(place), *place))


def zigzag(number: int) -> bytes:
    left, written = number << 1, b""
    while left > 0x7F:
        written, left = written + bytes([left & 0x7F | 0x80]), left >> 7
    return written + bytes([left])
