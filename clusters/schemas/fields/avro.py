"""The fields of an Avro schema."""

import json
from typing import Any

from clusters.formats.avro import AvroSchema, parse
from clusters.formats.schemas import Schema
from clusters.schemas.fields.tree import DEEPEST, Budget, Field

RECORDS = frozenset({"record", "error"})


def fields_of(schema: Schema) -> tuple[Field, ...]:
    """Return a schema's fields; of one that is no record, one without a name for the value.

    Raises:
        UndecodableError: it is no schema.
    """
    parsed = parse(schema.text, dict(schema.references))
    return Tree(parsed).top()


class Tree:
    """Makes a tree; a record within itself is not unfolded again."""

    def __init__(self, schema: AvroSchema) -> None:
        self.schema, self.budget = schema, Budget()

    def top(self) -> tuple[Field, ...]:
        parsed = self.schema.parsed
        if isinstance(parsed, dict) and parsed["type"] in RECORDS:
            return self.record(parsed, (parsed["name"],))
        return (Field("(value)", self.label(parsed), children=self.within(parsed, ())),)

    def record(self, record: Any, above: tuple[str, ...]) -> tuple[Field, ...]:
        return tuple(self.field(each, above) for each in record["fields"] if self.budget.take())

    def field(self, each: Any, above: tuple[str, ...]) -> Field:
        default = json.dumps(each["default"], ensure_ascii=False) if "default" in each else None
        aliases = f"aliases {', '.join(each['aliases'])}" if each.get("aliases") else ""
        label = self.label(each["type"])
        return Field(
            each["name"], label, str(each.get("doc") or ""), default, False, aliases, self.within(each["type"], above)
        )

    def within(self, kind: Any, above: tuple[str, ...]) -> tuple[Field, ...]:
        """Return the fields of the records that a type is made of."""
        kind = self.named(kind)
        if isinstance(kind, list):
            return tuple(field for branch in kind for field in self.within(branch, above))
        if not isinstance(kind, dict) or len(above) > DEEPEST:
            return ()
        if isinstance(kind["type"], dict | list):
            return self.within(kind["type"], above)
        if kind["type"] in {"array", "map"}:
            return self.within(kind["items" if kind["type"] == "array" else "values"], above)
        if kind["type"] in RECORDS and kind["name"] not in above:
            return self.record(kind, (*above, kind["name"]))
        return ()

    def named(self, kind: Any) -> Any:
        return self.schema.named.get(kind, kind) if isinstance(kind, str) else kind

    def label(self, kind: Any) -> str:
        """Write a type: ``array<string>``, ``null | shop.Money``, ``long (timestamp-millis)``."""
        if isinstance(kind, list):
            return " | ".join(map(self.label, kind))
        kind = self.named(kind)
        if not isinstance(kind, dict):
            return str(kind)
        name = kind["type"]
        if isinstance(name, dict | list):
            return self.label(name)
        if name in {"array", "map"}:
            return f"{name}<{self.label(kind['items' if name == 'array' else 'values'])}>"
        if name == "enum":
            return f"enum {kind['name']} ({', '.join(kind['symbols'])})"
        if name == "fixed":
            return f"fixed {kind['name']} ({kind['size']} bytes)"
        if name in RECORDS:
            return str(kind["name"])
        return f"{name} ({kind['logicalType']})" if kind.get("logicalType") else str(name)
