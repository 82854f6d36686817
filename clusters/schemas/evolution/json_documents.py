"""JSON schemas as rules compare them: a reference followed, true and false, the types that are allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusters.formats.content import UndecodableError
from clusters.formats.json_references import followed
from clusters.formats.plain_text import json_value
from clusters.formats.schemas import Schema

TYPES = frozenset({"null", "boolean", "object", "array", "number", "string", "integer"})
NOTES = frozenset({"$schema", "$id", "id", "title", "description", "default", "examples", "$comment", "readOnly",
                   "writeOnly", "deprecated", "definitions", "$defs", "format", "contentEncoding",
                   "contentMediaType"})  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A whole schema, and those that it refers to by name."""

    root: Any
    references: Mapping[str, str]

    def followed(self, schema: Any) -> tuple[Any, "Document"]:
        """Return what a schema's reference leads to, and the document that it is in."""
        document = self
        for _ in range(100):
            if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
                return schema, document
            schema, root = followed(schema["$ref"], document.root, document.references)
            document = document if root is document.root else Document(root, document.references)
        raise UndecodableError("Its JSON schema refers to itself without end.")


def document_of(schema: Schema) -> Document:
    """Raises UndecodableError: it is no JSON schema."""
    root = json_value(schema.text)
    if not isinstance(root, dict | bool):
        raise UndecodableError("Its JSON schema is neither an object nor true or false.")
    return Document(root, dict(schema.references))


def allows_all(schema: Any) -> bool:
    """Tell whether a schema allows everything; what is no schema says nothing."""
    return (
        schema is True
        or not isinstance(schema, dict | bool)
        or (isinstance(schema, dict) and not (schema.keys() - NOTES))
    )


def types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the types that a schema allows; all where it does not say."""
    kinds = schema.get("type")
    if isinstance(kinds, str):
        return frozenset({kinds})
    return frozenset(map(str, kinds)) if isinstance(kinds, list) else TYPES


def type_of(value: Any) -> str:
    """Return the type of a value; ``integer`` for a whole number."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    names: dict[type, str] = {float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "object")


def part(schema: Mapping[str, Any], name: str, kind: type) -> Any:
    """Return a keyword's value; an empty one where it is missing or of another type."""
    value = schema.get(name)
    return value if isinstance(value, kind) else kind()
