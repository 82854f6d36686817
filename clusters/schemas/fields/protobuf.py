"""The fields of a Protobuf file: its messages, and their fields by number."""

from typing import Any

from clusters.formats.protobuf import message_types
from clusters.formats.schemas import Schema
from clusters.schemas.evolution.protobuf import is_map, type_name
from clusters.schemas.fields.tree import DEEPEST, Budget, Field


def fields_of(schema: Schema) -> tuple[Field, ...]:
    """Return the file's messages, each with its fields.

    Raises:
        UndecodableError: it is no Protobuf schema.
    """
    tree = Tree()
    return tuple(
        Field(message.name, "message", children=tree.message(message, (message.full_name,)))
        for message in message_types(schema.descriptors)
    )


class Tree:
    """Makes a tree; a message within itself is not unfolded again."""

    def __init__(self) -> None:
        self.budget = Budget()

    def message(self, message: Any, above: tuple[str, ...]) -> tuple[Field, ...]:
        if len(above) > DEEPEST:
            return ()
        return tuple(self.field(each, above) for each in message.fields if self.budget.take())

    def field(self, each: Any, above: tuple[str, ...]) -> Field:
        inner = each.message_type.fields_by_name["value"].message_type if is_map(each) else each.message_type
        unfolds = inner is not None and inner.full_name not in above and inner.file.package != "google.protobuf"
        children = self.message(inner, (*above, inner.full_name)) if unfolds else ()
        oneof = each.containing_oneof.name if each.containing_oneof else ""
        details = f"field {each.number}" + (f", oneof {oneof}" if oneof and not oneof.startswith("_") else "")
        default = str(each.default_value) if each.has_default_value else None
        return Field(each.name, label_of(each), "", default, each.is_required, details, children)


def label_of(field: Any) -> str:
    """Write a type: ``repeated string``, ``map<string, int32>``, ``enum shop.Kind (A, B)``."""
    if is_map(field):
        key, value = (field.message_type.fields_by_name[name] for name in ("key", "value"))
        return f"map<{type_name(key)}, {label_of(value)}>"
    name = type_name(field)
    if field.enum_type:
        name = f"enum {name} ({', '.join(value.name for value in field.enum_type.values)})"
    return f"repeated {name}" if field.is_repeated else name
