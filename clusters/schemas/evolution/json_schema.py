"""JSON Schema: whether everything that one schema allows is allowed by another, keyword by keyword.

As in Confluent's registry, an object without ``additionalProperties`` is open: it may have had any value under a name
that the new schema describes now. ``format`` is a note, and not compared.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from clusters.formats.schemas import Schema
from clusters.schemas.evolution.json_documents import Document, allows_all, document_of, part, type_of, types_of
from clusters.schemas.evolution.problems import Problem, Steps, below

UPPER = {"string": ("maxLength",), "number": ("maximum", "exclusiveMaximum"), "object": ("maxProperties",),
         "array": ("maxItems",)}  # fmt: skip
LOWER = {"string": ("minLength",), "number": ("minimum", "exclusiveMinimum"), "object": ("minProperties",),
         "array": ("minItems",)}  # fmt: skip
EQUAL = {"string": ("pattern",), "object": ("propertyNames", "dependencies", "dependentRequired", "dependentSchemas"),
         "array": ("contains",)}  # fmt: skip
SUMS = ("oneOf", "anyOf")


def problems(reader: Schema, writer: Schema) -> tuple[Problem, ...]:
    """Return why the reader does not allow what the writer did.

    Raises:
        UndecodableError: one of them is no schema.
    """
    reading, writing = document_of(reader), document_of(writer)
    return tuple(dict.fromkeys(Comparison().of((reading.root, reading), (writing.root, writing), "")))


Place = tuple[Any, Document]  # a schema and the document it is in


class Comparison:
    """Goes through two schemas at once; what is being compared further up is not compared again."""

    def __init__(self) -> None:
        self.open: set[tuple[int, int]] = set()
        self.steps = Steps()

    def of(self, reader: Place, writer: Place, path: str) -> Iterator[Problem]:
        self.steps.take()
        reader, writer = reader[1].followed(reader[0]), writer[1].followed(writer[0])
        pair = (id(reader[0]), id(writer[0]))
        if pair in self.open or allows_all(reader[0]) or writer[0] is False:
            return
        if reader[0] is False or allows_all(writer[0]):
            yield Problem(path, "nothing is allowed any more." if reader[0] is False else "any value was allowed.")
            return
        self.open.add(pair)
        yield from self.combined(reader, writer, path)
        self.open.discard(pair)

    def allows(self, reader: Place, writer: Place) -> bool:
        return next(self.of(reader, writer, ""), None) is None

    def combined(self, reader: Place, writer: Place, path: str) -> Iterator[Problem]:
        """Take combinations apart: each that was written must be allowed, by one of those that are read."""
        for name in SUMS:
            branches = part(writer[0], name, list)
            if branches:
                for branch in branches:
                    yield from self.of(reader, (branch, writer[1]), path)
                return
        if part(writer[0], "allOf", list) and not writer[0].keys() & {"type", "properties"}:
            branches = writer[0]["allOf"]
            if not any(self.allows(reader, (branch, writer[1])) for branch in branches):
                yield from self.of(reader, (branches[0], writer[1]), path)
            return
        for name in SUMS:
            branches = part(reader[0], name, list)
            if branches and not any(self.allows((branch, reader[1]), writer) for branch in branches):
                yield Problem(path, f"none of {name} allows {words_of(writer[0])}.")
        for branch in part(reader[0], "allOf", list):
            yield from self.of((branch, reader[1]), writer, path)
        if "not" in reader[0] and reader[0]["not"] != writer[0].get("not"):
            yield Problem(path, "what is not allowed was changed.")
        yield from self.plain(reader, writer, path)

    def plain(self, reader: Place, writer: Place, path: str) -> Iterator[Problem]:
        values = values_of(writer[0])
        if values is not None:
            yield from of_values(reader[0], values, path)
            if values_of(reader[0]) is not None:
                return
        elif values_of(reader[0]) is not None:
            yield Problem(path, "only some values are allowed, and any was.")
            return
        if any(part(reader[0], name, list) for name in (*SUMS, "allOf")) and "type" not in reader[0]:
            return
        allowed, written = types_of(reader[0]), types_of(writer[0])
        lost = {kind for kind in written - allowed if not (kind == "integer" and "number" in allowed)}
        if lost:
            yield Problem(path, f"{words_of(writer[0])} was allowed, and is {words_of(reader[0])}.")
            return
        kinds = {"number" if kind == "integer" else kind for kind in written}
        for kind in sorted(kinds):
            yield from bounds(reader[0], writer[0], kind, path)
        if "object" in kinds:
            yield from self.objects(reader, writer, path)
        if "array" in kinds:
            yield from self.arrays(reader, writer, path)

    def objects(self, reader: Place, writer: Place, path: str) -> Iterator[Problem]:
        yield from required(reader[0], writer[0], path)
        reading, writing = part(reader[0], "properties", dict), part(writer[0], "properties", dict)
        for name in [*writing, *(name for name in reading if name not in writing)]:
            place = below(path, name)
            before, now = property_of(writer[0], name), property_of(reader[0], name)
            if name not in writing and before is not False and not self.allows((now, reader[1]), (before, writer[1])):
                yield Problem(place, "the property was added, and any value was allowed under its name.")
            elif name not in reading and now is False and before is not False:
                yield Problem(place, "the property was removed, and no others are allowed.")
            else:
                yield from self.of((now, reader[1]), (before, writer[1]), place)
        now, before = (schema.get("additionalProperties", True) for schema in (reader[0], writer[0]))
        if before is not False and not self.allows((now, reader[1]), (before, writer[1])):
            yield Problem(path, "other properties were allowed, and are not, or less, any more.")

    def arrays(self, reader: Place, writer: Place, path: str) -> Iterator[Problem]:
        if reader[0].get("uniqueItems") is True and writer[0].get("uniqueItems") is not True:
            yield Problem(path, "items must be unique, and need not have been.")
        reading, writing = tuple_of(reader[0]), tuple_of(writer[0])
        for index in range(max(len(reading), len(writing))):
            now = reading[index] if index < len(reading) else rest_of(reader[0])
            before = writing[index] if index < len(writing) else rest_of(writer[0])
            yield from self.of((now, reader[1]), (before, writer[1]), f"{path}[{index}]")
        yield from self.of((rest_of(reader[0]), reader[1]), (rest_of(writer[0]), writer[1]), f"{path}[]")


def values_of(schema: Mapping[str, Any]) -> list[Any] | None:
    """Return the values that a schema lists; None where it lists none."""
    if "const" in schema:
        return [schema["const"]]
    return schema["enum"] if isinstance(schema.get("enum"), list) else None


def of_values(reader: Mapping[str, Any], values: list[Any], path: str) -> Iterator[Problem]:
    allowed, kinds = values_of(reader), types_of(reader)
    if allowed is not None:
        lost = [value for value in values if value not in allowed]
    else:
        kinds |= {"integer"} if "number" in kinds else frozenset()
        lost = [value for value in values if type_of(value) not in kinds]
    if lost:
        yield Problem(path, f"{', '.join(map(repr, lost[:5]))} is not allowed any more.")


def bounds(reader: Mapping[str, Any], writer: Mapping[str, Any], kind: str, path: str) -> Iterator[Problem]:
    for name in (*UPPER.get(kind, ()), *LOWER.get(kind, ())):
        now, before = number(reader, name), number(writer, name)
        is_upper = name in UPPER[kind]
        if now is not None and (before is None or (now < before if is_upper else now > before)):
            yield Problem(path, f"{name} is {now:g}, and was {'not set' if before is None else f'{before:g}'}.")
    now, before = number(reader, "multipleOf"), number(writer, "multipleOf")
    if kind == "number" and now and (before is None or before % now):
        yield Problem(path, f"multipleOf is {now:g}, and was {'not set' if before is None else f'{before:g}'}.")
    for name in EQUAL.get(kind, ()):
        if name in reader and reader[name] != writer.get(name):
            yield Problem(path, f"{name} was {'changed' if name in writer else 'added'}.")


def number(schema: Mapping[str, Any], name: str) -> float | None:
    value = schema.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def required(reader: Mapping[str, Any], writer: Mapping[str, Any], path: str) -> Iterator[Problem]:
    before, properties = part(writer, "required", list), part(reader, "properties", dict)
    for name in part(reader, "required", list):
        has_default = isinstance(properties.get(name), dict) and "default" in properties[name]
        if name not in before and not has_default:
            yield Problem(below(path, str(name)), "the property is required, and was not.")


def property_of(schema: Mapping[str, Any], name: str) -> Any:
    """Return the schema that a property has to fit."""
    properties = part(schema, "properties", dict)
    if name in properties:
        return properties[name]
    for pattern, fitting in part(schema, "patternProperties", dict).items():
        try:
            if re.search(pattern, name):
                return fitting
        except re.error:
            continue
    return schema.get("additionalProperties", True)


def tuple_of(schema: Mapping[str, Any]) -> list[Any]:
    """Return the schemas of an array's first items, each for its place."""
    items = schema.get("items")
    return items if isinstance(items, list) else part(schema, "prefixItems", list)


def rest_of(schema: Mapping[str, Any]) -> Any:
    """Return the schema of an array's items behind those that have their own."""
    items = schema.get("items", True)
    return schema.get("additionalItems", True) if isinstance(items, list) else items


def words_of(schema: Any) -> str:
    kinds = types_of(schema) if isinstance(schema, dict) else frozenset({"any value"})
    return "any type" if len(kinds) > 5 else " or ".join(sorted(kinds))
