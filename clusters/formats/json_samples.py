"""A value that fits a JSON schema, as far as that can be told without trying: patterns and conditions cannot."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from clusters.formats.avro_values import UnfitError
from clusters.formats.json_references import followed

MOST = 10_000  # parts
DEEPEST = 6  # levels; what may be left out is left out below
MOST_ITEMS, MOST_CHARACTERS = 20, 1_000
FORMATS = {
    "date-time": "2026-01-31T12:00:00+00:00",
    "date": "2026-01-31",
    "time": "12:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "name@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
}


class Budget:
    """Bounds what is made by one schema."""

    def __init__(self) -> None:
        self.left = MOST

    def spend(self) -> None:
        """Raises UnfitError: it unfolds to too much."""
        self.left -= 1
        if self.left < 0:
            raise UnfitError(f"The schema unfolds to more than {MOST:,} parts.")


class JsonSampler(Budget):
    """Makes a value: examples, defaults and first choices, and all properties, but for what a schema is within."""

    def __init__(self, references: Mapping[str, str]) -> None:
        super().__init__()
        self.references, self.within = references, list[str]()

    def value(self, schema: Any, root: Any, depth: int = 0) -> Any:
        """Raises UnfitError: it unfolds to too much."""
        self.spend()
        if not isinstance(schema, dict) or depth > 2 * DEEPEST:
            return None
        if isinstance(schema.get("$ref"), str):
            return self.referenced(schema["$ref"], root, depth)
        for name in ("const", "default"):
            if name in schema:
                return schema[name]
        for name in ("examples", "enum"):
            if listed(schema, name):
                return schema[name][0]
        parts = [self.value(each, root, depth + 1) for each in branches(schema)]
        return merged([self.of_type(schema, root, depth), *parts])

    def referenced(self, reference: str, root: Any, depth: int) -> Any:
        self.within.append(reference)
        value = self.value(*followed(reference, root, self.references), depth + 1)
        self.within.pop()
        return value

    def of_type(self, schema: Mapping[str, Any], root: Any, depth: int) -> Any:
        kinds = schema.get("type", "object" if "properties" in schema else "null")
        kind = next((each for each in kinds if each != "null"), "null") if isinstance(kinds, list) else kinds
        if kind == "object":
            return self.object(schema, root, depth)
        if kind == "array":
            return self.array(schema, root, depth)
        if kind == "string":
            return text_of(schema)
        if kind in {"integer", "number"}:
            return number_of(schema)
        return {"boolean": False}.get(str(kind))

    def object(self, schema: Mapping[str, Any], root: Any, depth: int) -> dict[str, Any]:
        properties, required = schema.get("properties"), listed(schema, "required")
        return {
            name: self.value(each, root, depth + 1)
            for name, each in (properties.items() if isinstance(properties, dict) else ())
            if name in required or (depth <= DEEPEST and not self.repeats(each))
        }

    def array(self, schema: Mapping[str, Any], root: Any, depth: int) -> list[Any]:
        items = schema.get("items")
        first = listed(schema, "prefixItems") or (items if isinstance(items, list) else [])
        values = [self.value(each, root, depth + 1) for each in first[:MOST_ITEMS]]
        if not isinstance(items, dict) or depth > DEEPEST or self.repeats(items):
            return values
        least = schema.get("minItems")
        missing = max(1, min(least, MOST_ITEMS) if isinstance(least, int) else 1) - len(values)
        return values + [self.value(items, root, depth + 1) for _ in range(missing)]

    def repeats(self, schema: Any) -> bool:
        return isinstance(schema, dict) and schema.get("$ref") in self.within


def listed(schema: Mapping[str, Any], name: str) -> list[Any]:
    value = schema.get(name)
    return value if isinstance(value, list) else []


def branches(schema: Mapping[str, Any]) -> list[Any]:
    """Return the schemas that a value must fit too: all of ``allOf``, and of a choice the first that is not null."""
    chosen = []
    for name in ("oneOf", "anyOf"):
        choices = listed(schema, name)
        chosen += [each for each in choices if each != {"type": "null"}][:1] or choices[:1]
    return [*listed(schema, "allOf"), *chosen]


def merged(values: Sequence[Any]) -> Any:
    """Return the members of all objects in one, or else the first value that there is."""
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        return {name: value for each in objects for name, value in each.items()}
    return next((value for value in values if value is not None), None)


def text_of(schema: Mapping[str, Any]) -> str:
    least, most = (schema.get(name) for name in ("minLength", "maxLength"))
    text = FORMATS.get(str(schema.get("format"))) or "text".ljust(least if isinstance(least, int) else 0, "x")
    return text[: min(most, MOST_CHARACTERS) if isinstance(most, int) else MOST_CHARACTERS]


def number_of(schema: Mapping[str, Any]) -> float:
    """Return a number between the bounds, by default 0; the bound of draft 4 is exclusive by a word of its own."""
    value: float = 0
    for bound, step in (("inimum", 1), ("aximum", -1)):
        limit, beyond = schema.get(f"m{bound}"), schema.get(f"exclusiveM{bound}")
        if is_number(limit):
            value = step * max(step * value, step * limit + (beyond is True))
        if is_number(beyond) and step * value <= step * beyond:
            value = beyond + step
    multiple = schema.get("multipleOf")
    try:
        return math.ceil(value / multiple) * multiple if is_number(multiple) and multiple else value
    except ArithmeticError:
        return value


def is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
