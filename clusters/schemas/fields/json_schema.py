"""The fields of a JSON schema: its properties, and those within them."""

import json
from collections.abc import Mapping
from typing import Any

from clusters.formats.schemas import Schema
from clusters.schemas.evolution.json_documents import Document, document_of, part
from clusters.schemas.fields.tree import DEEPEST, Budget, Field

DETAILS = ("format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
           "multipleOf", "minItems", "maxItems", "uniqueItems", "additionalProperties")  # fmt: skip
LABEL_DEPTH, MOST_BRANCHES = 3, 10  # of what is written as a type
CHOICES = ("oneOf", "anyOf", "allOf")


def fields_of(schema: Schema) -> tuple[Field, ...]:
    """Return a schema's properties; of one that has none, one field for the value.

    Raises:
        UndecodableError: it is no JSON schema.
    """
    document, tree = document_of(schema), Tree()
    fields = tree.within(document.root, document, 0)
    return fields or (tree.field("(value)", document.root, document, 0, required=False),)


class Tree:
    def __init__(self) -> None:
        self.budget = Budget()

    def within(self, schema: Any, document: Document, depth: int) -> tuple[Field, ...]:
        schema, document = document.followed(schema)
        if not isinstance(schema, dict) or depth > DEEPEST or not self.budget.take():
            return ()
        required = part(schema, "required", list)
        fields = [
            self.field(name, each, document, depth, required=name in required)
            for name, each in part(schema, "properties", dict).items()
            if self.budget.take()
        ]
        if isinstance(schema.get("items"), dict):
            fields += self.within(schema["items"], document, depth + 1)
        for branch in (branch for name in CHOICES for branch in part(schema, name, list)):
            fields += self.within(branch, document, depth + 1)
        return tuple(fields)

    def field(self, name: str, schema: Any, document: Document, depth: int, *, required: bool) -> Field:
        label = label_of(schema, document)
        followed, _ = document.followed(schema)
        values = followed if isinstance(followed, dict) else {}
        doc = next((str(values[key]) for key in ("description", "title") if values.get(key)), "")
        default = written(values["default"]) if "default" in values else None
        return Field(name, label, doc, default, required, details_of(values), self.within(schema, document, depth + 1))


def details_of(schema: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {written(schema[name])}" for name in DETAILS if name in schema)


def written(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:199]}…"


def label_of(schema: Any, document: Document, depth: int = 0) -> str:
    """Write a type: ``array<string>``, ``string | null``, ``"a" | "b"``."""
    schema, document = document.followed(schema)
    if not isinstance(schema, dict):
        return "never" if schema is False else "any"
    if depth > LABEL_DEPTH:
        return "…"
    if "const" in schema or isinstance(schema.get("enum"), list):
        return " | ".join(map(written, [schema["const"]] if "const" in schema else schema["enum"]))
    for name in CHOICES:
        branches = part(schema, name, list)
        if branches and "type" not in schema:
            sign = " & " if name == "allOf" else " | "
            labels = dict.fromkeys(label_of(branch, document, depth + 1) for branch in branches[:MOST_BRANCHES])
            return sign.join([*labels, *(["…"] if len(branches) > MOST_BRANCHES else [])])
    kinds = schema.get("type", "object" if "properties" in schema else "any")
    names = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]
    items = label_of(schema["items"], document, depth + 1) if isinstance(schema.get("items"), dict) else ""
    return " | ".join(f"array<{items}>" if name == "array" and items else name for name in names)
