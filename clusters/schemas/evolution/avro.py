"""Avro's rules of schema resolution, as org.apache.avro.SchemaCompatibility applies them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clusters.formats.avro import AvroSchema, parse
from clusters.formats.schemas import Schema
from clusters.schemas.evolution.problems import Problem, Steps, below

PROMOTED: Mapping[str, frozenset[str]] = {  # what a type reads besides itself
    "long": frozenset({"int"}),
    "float": frozenset({"int", "long"}),
    "double": frozenset({"int", "long", "float"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}
NAMED = frozenset({"record", "error", "enum", "fixed"})


def problems(reader: Schema, writer: Schema) -> tuple[Problem, ...]:
    """Return why the reader cannot read what the writer wrote.

    Raises:
        UndecodableError: one of them is no schema.
    """
    reading, writing = (parse(schema.text, dict(schema.references)) for schema in (reader, writer))
    return tuple(dict.fromkeys(Resolution(reading, writing).of(reading.parsed, writing.parsed, "")))


def kind_of(schema: Any) -> str:
    """Return a schema's type; ``union`` for a union."""
    if isinstance(schema, list):
        return "union"
    kind = schema["type"] if isinstance(schema, dict) else schema
    return kind_of(kind) if isinstance(kind, dict | list) else str(kind)


class Resolution:
    """Goes through two schemas at once; what is being compared further up is not compared again."""

    def __init__(self, reader: AvroSchema, writer: AvroSchema) -> None:
        self.reader, self.writer = reader, writer
        self.open: set[tuple[int, int]] = set()
        self.steps = Steps()

    def of(self, reader: Any, writer: Any, path: str) -> Iterator[Problem]:
        self.steps.take()
        reader, writer = resolved(reader, self.reader), resolved(writer, self.writer)
        pair = (id(reader), id(writer))
        if pair in self.open and isinstance(reader, dict):
            return
        self.open.add(pair)
        yield from self.compared(reader, writer, path)
        self.open.discard(pair)

    def compared(self, reader: Any, writer: Any, path: str) -> Iterator[Problem]:
        kind, written = kind_of(reader), kind_of(writer)
        if written == "union":
            for branch in writer:
                yield from self.of(reader, branch, path)
        elif kind == "union":
            if not any(self.reads(branch, writer) for branch in reader):
                yield Problem(path, f"the union has no branch that reads {label(writer)}.")
        elif kind == written:
            yield from self.same_kind(kind, reader, writer, path)
        elif written not in PROMOTED.get(kind, ()):
            yield Problem(path, f"{label(reader)} cannot read {label(writer)}.")

    def reads(self, reader: Any, writer: Any) -> bool:
        return next(self.of(reader, writer, ""), None) is None

    def same_kind(self, kind: str, reader: Any, writer: Any, path: str) -> Iterator[Problem]:
        if kind in NAMED and not same_name(reader, writer):
            yield Problem(path, f"the name was {writer['name']}, and is {reader['name']}.")
        if kind == "array":
            yield from self.of(reader["items"], writer["items"], f"{path}[]")
        elif kind == "map":
            yield from self.of(reader["values"], writer["values"], f"{path}{{}}")
        elif kind == "fixed" and reader["size"] != writer["size"]:
            yield Problem(path, f"the size was {writer['size']}, and is {reader['size']}.")
        elif kind == "enum":
            yield from missing_symbols(reader, writer, path)
        elif kind in {"record", "error"}:
            yield from self.fields(reader, writer, path)

    def fields(self, reader: Any, writer: Any, path: str) -> Iterator[Problem]:
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            place = below(path, field["name"])
            names = [field["name"], *field.get("aliases", ())]
            sources = [written[name] for name in dict.fromkeys(names) if name in written]
            if len(sources) > 1:
                yield Problem(place, "its name and its aliases are several fields of what was written.")
            elif sources:
                yield from self.of(field["type"], sources[0]["type"], place)
            elif "default" not in field:
                yield Problem(place, "the field has no default value, and is not in what was written.")


def resolved(schema: Any, owner: AvroSchema) -> Any:
    """Return what a schema's name stands for, without a type around a type."""
    while True:
        if isinstance(schema, str) and schema in owner.named:
            schema = owner.named[schema]
        elif isinstance(schema, dict) and isinstance(schema["type"], dict | list):
            schema = schema["type"]
        elif isinstance(schema, dict) and schema["type"] in owner.named and "fields" not in schema:
            schema = owner.named[schema["type"]]
        else:
            return schema


def same_name(reader: Mapping[str, Any], writer: Mapping[str, Any]) -> bool:
    """Tell whether the names fit: without the namespace, as Java has it, or by an alias."""
    if short(reader["name"]) == short(writer["name"]):
        return True
    namespace = reader["name"].rpartition(".")[0]
    aliases = (
        alias if "." in alias or not namespace else f"{namespace}.{alias}" for alias in reader.get("aliases", ())
    )
    return writer["name"] in aliases


def short(name: str) -> str:
    return name.rpartition(".")[2]


def missing_symbols(reader: Mapping[str, Any], writer: Mapping[str, Any], path: str) -> Iterator[Problem]:
    missing = [symbol for symbol in writer["symbols"] if symbol not in reader["symbols"]]
    if missing and "default" not in reader:
        yield Problem(path, f"the enum lacks {listed(missing)}, and has no default.")


def listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def label(schema: Any) -> str:
    """Name a schema in a sentence."""
    kind = kind_of(schema)
    return f"{kind} {schema['name']}" if kind in NAMED else kind
