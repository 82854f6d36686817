"""What two versions of a schema differ in, field by field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clusters.formats.schemas import AVRO, JSON, PROTOBUF, Schema
from clusters.schemas.fields import avro, json_schema, protobuf
from clusters.schemas.fields.tree import Field, Row, rows_of

TREES: dict[str, Callable[[Schema], tuple[Field, ...]]] = {
    AVRO: avro.fields_of,
    JSON: json_schema.fields_of,
    PROTOBUF: protobuf.fields_of,
}
ADDED, REMOVED, CHANGED, DOCUMENTED = "added", "removed", "changed", "documentation"


@dataclass(frozen=True)
class FieldChange:
    """A field that was added, removed or changed; ``before`` and ``after`` are None where it is not."""

    path: str
    kind: str
    before: str | None
    after: str | None

    @property
    def subject(self) -> str:
        """What of the field it changes, in a plan."""
        return "documentation of" if self.kind == DOCUMENTED else "field"


def field_rows(schema: Schema) -> list[Row]:
    """Return the fields of a schema in the order of its tree; none for a type that is not known.

    Raises:
        UndecodableError: it is no schema of its type.
    """
    return list(rows_of(TREES[schema.kind](schema))) if schema.kind in TREES else []


def field_changes(old: Schema, new: Schema) -> list[FieldChange]:
    """Return what differs, in the order of the new schema, removed fields last.

    Raises:
        UndecodableError: one of them is no schema of its type.
    """
    return row_changes(field_rows(old), field_rows(new))


def row_changes(old: Sequence[Row], new: Sequence[Row]) -> list[FieldChange]:
    """Return what differs between the fields of two schemas, as ``field_changes`` does."""
    before, after = ({row.path: row.field for row in rows} for rows in (old, new))
    changes = [change for path, field in after.items() if (change := change_of(path, before.get(path), field))]
    removed = [FieldChange(path, REMOVED, before[path].signature, None) for path in before if path not in after]
    return changes + removed


def change_of(path: str, before: Field | None, after: Field) -> FieldChange | None:
    if before is None:
        return FieldChange(path, ADDED, None, after.signature)
    if before.signature != after.signature:
        return FieldChange(path, CHANGED, before.signature, after.signature)
    if before.doc != after.doc:
        return FieldChange(path, DOCUMENTED, before.doc or None, after.doc or None)
    return None
