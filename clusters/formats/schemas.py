"""Schemas of a registry, and what the bytes of Confluent's serializers say about theirs."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from clusters.formats.content import UndecodableError

AVRO, JSON, PROTOBUF = "AVRO", "JSON", "PROTOBUF"
MAGIC_ID, MAGIC_GUID = 0, 1  # then a number of four bytes, or a GUID of sixteen
HEADERS: Mapping[str, str] = {"key": "__key_schema_id", "value": "__value_schema_id"}
ID_BYTES, GUID_BYTES = 5, 17
MOST_INDEXES = 100


class SchemaError(UndecodableError):
    """The schema that the bytes name is not to be had. ``advice`` says what to do."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(sentence)
        self.advice = advice

    def again(self) -> "SchemaError":
        """Return the same, to be raised anew: one that is raised again and again keeps every place where it was."""
        return SchemaError(str(self), self.advice)


@dataclass(frozen=True)
class Schema:
    """A schema, and those that it uses by their names, each after what it uses itself.

    ``descriptors`` are Protobuf's compiled files, whose last one is this schema.
    """

    kind: str
    text: str
    references: tuple[tuple[str, str], ...] = ()
    descriptors: bytes = b""


class Schemas(Protocol):
    """Where schemas come from. Both raise SchemaError, with the reason."""

    def by_id(self, number: int) -> Schema: ...

    def by_guid(self, guid: str) -> Schema: ...


@dataclass(frozen=True)
class SchemaReference:
    """The schema that bytes name: by ``id`` or by ``guid``; ``rest`` is what comes behind that."""

    id: int | None
    guid: str
    rest: bytes
    in_header: bool = False

    def __str__(self) -> str:
        return f"id {self.id}" if self.id is not None else self.guid

    def schema(self, schemas: Schemas) -> Schema:
        """Raises SchemaError: it is not to be had."""
        return schemas.by_guid(self.guid) if self.id is None else schemas.by_id(self.id)


def named_schema(raw: bytes, part: str, headers: tuple[tuple[str, bytes | None, int], ...]) -> SchemaReference | None:
    """Return the schema that a key or value names, in a header or in its first bytes; None where there is none."""
    return schema_in_headers(part, headers) or reference_in(raw)


def schema_in_headers(part: str, headers: tuple[tuple[str, bytes | None, int], ...]) -> SchemaReference | None:
    """Return the schema that a header names; behind its id are a message's indexes, if it is one of Protobuf."""
    for name, value, size in headers:
        if name == HEADERS[part] and value and size == len(value):
            in_header = reference_in(value)
            if in_header:
                return SchemaReference(in_header.id, in_header.guid, in_header.rest, in_header=True)
    return None


def reference_in(raw: bytes) -> SchemaReference | None:
    """Return the schema that the first bytes name. No schema has the number 0."""
    if len(raw) >= ID_BYTES and raw[0] == MAGIC_ID:
        number = struct.unpack_from(">I", raw, 1)[0]
        return SchemaReference(number, "", raw[ID_BYTES:]) if number else None
    if len(raw) >= GUID_BYTES and raw[0] == MAGIC_GUID:
        return SchemaReference(None, str(UUID(bytes=raw[1:GUID_BYTES])), raw[GUID_BYTES:])
    return None


def message_indexes(raw: bytes) -> tuple[tuple[int, ...], bytes]:
    """Return which message of a Protobuf file comes, by its place, level by level; and the bytes behind that.

    Raises:
        UndecodableError: the bytes are no such list.
    """
    count, raw = varint(raw)
    if not 0 <= count <= MOST_INDEXES:
        raise UndecodableError("Its list of message indexes is not valid.")
    indexes = []
    for _ in range(count):
        index, raw = varint(raw)
        indexes.append(index)
    return tuple(indexes) or (0,), raw


def varint(raw: bytes) -> tuple[int, bytes]:
    """Return a signed number (zigzag), and the bytes behind it."""
    number = 0
    for place, byte in enumerate(raw[:5]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1), raw[place + 1 :]
    raise UndecodableError("Its list of message indexes ends early.")
