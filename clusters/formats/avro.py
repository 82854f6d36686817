"""Avro: one value by its schema, and files that carry their schema along.

fastavro reads hostile bytes with unbounded recursion, and counts of values that take no bytes. So a value is walked
through first, by its schema: ``Walk`` finds what is too deep, too large or ends early.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from clusters.formats.content import DEEPEST, MOST, Content, Plain, UndecodableError, structured

FIXED_SIZES = {"null": 0, "boolean": 1, "float": 4, "double": 8}
VARINT_BYTES = 10


@dataclass(frozen=True)
class AvroSchema:
    """A parsed schema, and the types that it names."""

    parsed: Any
    named: Mapping[str, Any]


def parse(text: str, references: Mapping[str, str] | None = None) -> AvroSchema:
    """Parse a schema; ``references`` are the texts of schemas that it uses, those that others use first.

    Raises:
        UndecodableError: it is no schema, or too deep.
    """
    return parsed(text, tuple((references or {}).items()))


@lru_cache(maxsize=256)
def parsed(text: str, references: tuple[tuple[str, str], ...]) -> AvroSchema:
    named: dict[str, Any] = {}
    try:
        for _, reference in references:
            fastavro.parse_schema(checked(reference), named)
        return AvroSchema(fastavro.parse_schema(checked(text), named), named)
    except UnknownType as error:
        raise UndecodableError(f"Its Avro schema cannot be used: there is no type {error.name}.") from error
    except (
        SchemaParseException,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise UndecodableError(f"Its Avro schema cannot be used: {error}.") from error


def checked(text: str) -> Any:
    """Return a schema's JSON, which has a bounded depth; a schema that is a bare name is not quoted by everybody."""
    try:
        return Plain().of(json.loads(text))
    except ValueError:
        if text.strip().isalpha():
            return text.strip()
        raise


def decode(raw: bytes, schema: AvroSchema, note: str = "") -> Content:
    """Decode one value.

    Raises:
        UndecodableError: the bytes are not of this schema, or too deep or too many.
    """
    Walk(raw, schema.named).value(schema.parsed)
    return structured(value_of(io.BytesIO(raw), schema), note)


def value_of(file: io.BytesIO, schema: AvroSchema) -> Any:
    """Read a value that was walked through.

    Raises:
        UndecodableError: a value has no meaning, such as a date after the end of time.
    """
    try:
        return fastavro.schemaless_reader(file, schema.parsed, None)
    except (ValueError, ArithmeticError, LookupError, EOFError, TypeError) as error:
        raise UndecodableError(f"It does not fit its Avro schema: {error}.") from error


class Walk:
    """Passes over values by their schema, and counts them."""

    def __init__(self, raw: bytes, named: Mapping[str, Any], at: int = 0) -> None:
        self.raw, self.named, self.at, self.left = raw, named, at, MOST

    def value(self, schema: Any, depth: int = 0) -> None:
        """Pass over a value.

        Raises:
            UndecodableError: it ends early, or is too deep or too large.
        """
        self.left -= 1
        if depth > DEEPEST:
            raise UndecodableError(f"It is nested deeper than {DEEPEST} levels.")
        if self.left < 0:
            raise UndecodableError(f"It has more than {MOST:,} parts.")
        if isinstance(schema, list):
            self.value(self.branch(schema), depth + 1)
            return
        kind = schema["type"] if isinstance(schema, dict) else schema
        if kind in FIXED_SIZES:
            self.skip(FIXED_SIZES[kind])
        elif kind in {"int", "long", "enum"}:
            self.long()
        elif kind in {"bytes", "string"}:
            self.skip(self.long())
        elif kind == "fixed":
            self.skip(schema["size"])
        elif kind in {"array", "map"}:
            self.blocks(schema, depth)
        elif kind in {"record", "error"}:
            for field in schema["fields"]:
                self.value(field["type"], depth + 1)
        else:
            self.value(self.named[kind] if isinstance(kind, str) else kind, depth + 1)

    def blocks(self, schema: Any, depth: int) -> None:
        while count := self.long():
            if count < 0:
                count = -count
                self.long()  # the block's size
            for _ in range(count):
                self.entry(schema, depth)

    def entry(self, schema: Any, depth: int) -> None:
        if schema["type"] == "map":
            self.skip(self.long())
            self.value(schema["values"], depth + 1)
        else:
            self.value(schema["items"], depth + 1)

    def branch(self, union: list[Any]) -> Any:
        number = self.long()
        if not 0 <= number < len(union):
            raise UndecodableError(f"It does not fit its Avro schema: there is no branch {number} in a union.")
        return union[number]

    def long(self) -> int:
        number = 0
        for index in range(VARINT_BYTES):
            byte = self.raw[self.at] if self.at < len(self.raw) else -1
            self.skip(1)
            number |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return (number >> 1) ^ -(number & 1)
        raise UndecodableError("It does not fit its Avro schema: a number is too long.")

    def skip(self, size: int) -> None:
        if size < 0 or self.at + size > len(self.raw):
            raise UndecodableError("It does not fit its Avro schema: it ends early.")
        self.at += size
