"""The records of Kafka's own topics, by layouts that scripts/CoordinatorSchemas.java takes from Kafka's classes.

The first two bytes of a key are the record's kind; those of a value are the version of its layout.
"""

import json
from functools import cache
from importlib import resources
from struct import Struct
from typing import Any
from uuid import UUID

from clusters.formats.content import MOST, Content, Data, UndecodableError, structured

NUMBERS = {
    "int8": Struct(">b"), "int16": Struct(">h"), "uint16": Struct(">H"), "int32": Struct(">i"), "int64": Struct(">q"),
}  # fmt: skip
VARINT_BYTES = 5
CLASSIC_ASSIGNMENT = [["topics", {"array": {"struct": [["topic", "string"], ["partitions", {"array": "int32"}]]}}]]


@cache
def layouts() -> dict[str, Any]:
    """Return the kinds of records by topic and number."""
    text = resources.files(__package__).joinpath("coordinator_records.json").read_text()
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def is_coordinator_record(data: Data) -> str:
    return f"Kafka itself writes {data.topic}." if data.topic in layouts() else ""


def coordinator_record(data: Data) -> Content:
    """Decode a key or a value of one of Kafka's own topics.

    Raises:
        UndecodableError: it is of a kind or version that Kafka 4.4 does not know, or damaged.
    """
    kinds = layouts().get(data.topic)
    if kinds is None:
        raise UndecodableError(f"Only the records of {', '.join(layouts())} are of this format.")
    key = data.key if data.part == "value" else data.whole()
    number = Reader(key or b"").number("int16")
    kind = kinds.get(str(number))
    if kind is None:
        raise UndecodableError(f"Records of the kind {number} are not known to kafkaadmin in {data.topic}.")
    reader = Reader(data.whole())
    version = reader.number("int16")
    layout = kind["key"]["0"] if data.part == "key" else kind["value"].get(str(version))
    if layout is None:
        raise UndecodableError(f"Version {version} of a {kind['name']} record is not known to kafkaadmin.")
    value = reader.struct(layout)
    if reader.at < len(reader.raw):
        raise UndecodableError("There are bytes behind its last field.")
    if kind["name"] == "GroupMetadata" and data.part == "value":
        read_assignments(value)
    return structured(value, f"{kind['name']}{'' if data.part == 'key' else f', version {version}'}")


def read_assignments(group: dict[str, Any]) -> None:
    """Replace the bytes of the members' assignments by the partitions that they name, where they are consumers."""
    for member in group.get("members") or () if group.get("protocol_type") == "consumer" else ():
        try:
            reader = Reader(member["assignment"] or b"")
            reader.number("int16")
            member["assignment"] = reader.struct(CLASSIC_ASSIGNMENT)["topics"]
        except UndecodableError:
            continue  # left as bytes


class Reader:
    """Reads Kafka's types from the front to the back of some bytes. Everything raises UndecodableError at their end."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at, self.left = raw, 0, MOST

    def struct(self, layout: list[Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, kind in layout:
            value = self.value(kind)
            values |= value if name == "_tagged_fields" else {name: value}
        return values

    def value(self, kind: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise UndecodableError(f"It has more than {MOST:,} parts.")
        if isinstance(kind, dict):
            return self.composed(kind)
        if kind in NUMBERS:
            return self.number(kind)
        if kind == "uuid":
            return str(UUID(bytes=self.take(16)))
        if kind == "bool" or kind == "boolean":
            return bool(self.take(1)[0])
        length = (
            self.varint() - 1
            if kind.startswith("compact")
            else self.number("int32" if kind.endswith("bytes") else "int16")
        )
        content = None if length < 0 else self.take(length)
        return content if content is None or kind.endswith("bytes") else content.decode("utf-8", "replace")

    def composed(self, kind: dict[str, Any]) -> Any:
        ((name, inner),) = kind.items()
        if name == "struct":
            return self.struct(inner)
        if name == "nullable_struct":
            return None if self.number("int8") < 0 else self.struct(inner)
        if name == "tagged":
            return self.tagged(inner)
        count = self.varint() - 1 if name == "compact_array" else self.number("int32")
        if count > len(self.raw):
            raise UndecodableError("A list in it is longer than its bytes.")
        return None if count < 0 else [self.value(inner) for _ in range(count)]

    def tagged(self, tags: dict[str, Any]) -> dict[str, Any]:
        """Return the tagged fields that are known, by name; of the others their bytes."""
        values = {}
        for _ in range(min(self.varint(), MOST)):
            number, size = self.varint(), self.varint()
            content = self.take(size)
            name, kind = tags.get(str(number), (f"tag_{number}", None))
            values[name] = Reader(content).of_tag(kind) if kind else content
        return values

    def of_tag(self, kind: Any) -> Any:
        """Return a tagged field: there, a struct that may be null is preceded by a varint."""
        if isinstance(kind, dict) and "nullable_struct" in kind:
            return self.struct(kind["nullable_struct"]) if self.varint() else None
        return self.value(kind)

    def number(self, kind: str) -> int:
        layout = NUMBERS[kind]
        number: int = layout.unpack(self.take(layout.size))[0]
        return number

    def varint(self) -> int:
        number = 0
        for index in range(VARINT_BYTES):
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return number
        raise UndecodableError("A length in it has too many bytes.")

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.raw):
            raise UndecodableError("It ends early.")
        self.at += size
        return self.raw[self.at - size : self.at]
