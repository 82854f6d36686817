"""The columns of a table of records: a record's parts, and fields of its value by JSON path. Pure."""

import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from clusters.gateway.log.records import Record
from clusters.gateway.reading.records import Matches
from clusters.messages.filters.documents import Documents
from clusters.messages.filters.json_paths import LARGEST, PathError, compiled_path, nodes

COLUMNS = {
    "time": "Time",
    "partition": "Partition",
    "offset": "Offset",
    "key": "Key",
    "value": "Value",
    "headers": "Headers",
    "size": "Size",
}
DEFAULT_COLUMNS = ("time", "partition", "offset", "key", "value")
MOST = 8  # fields
SHOWN = 200  # characters of a field
NOTED = 20_000  # records, of which a page shows the last at most


def shown_columns(names: Iterable[str]) -> dict[str, bool]:
    """Return which columns are shown, all of them by name: a name that is missing costs a template much to look up."""
    names = set(names)
    return {column: column in names for column in COLUMNS}


@dataclass(frozen=True)
class Field:
    """A column for what a path leads to."""

    path: str

    def text(self, value: Any) -> str | None:
        """Return what is there in a value's document, as text; None for nothing."""
        matching_nodes = [written(node) for node in nodes(*compiled_path(self.path), value)]
        return ", ".join(matching_nodes)[:SHOWN] if matching_nodes else None


def read_fields(text: str) -> list[Field]:
    """Return the fields of which the paths are listed, with commas between them.

    Raises:
        PathError: one of them is no path, or they are too many.
    """
    paths = [path.strip() for path in text.split(",") if path.strip()]
    if len(paths) > MOST:
        raise PathError(f"At most {MOST} fields can be columns.")
    for path in paths:
        compiled_path(path)
    return [Field(path) for path in paths]


def written(node: Any) -> str:
    """Return what a node is as text; of one that is nested too deeply, or of too many digits, that it is there."""
    if isinstance(node, str):
        return node
    try:
        return orjson.dumps(node).decode()
    except TypeError:  # more than 64 bits, or 254 levels
        pass
    try:
        return json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    except (RecursionError, ValueError):
        return "…"


class FieldTexts:
    """The fields of records, noted while these are whole: of a long value, a page keeps only the beginning."""

    def __init__(self, fields: list[Field], documents: Documents) -> None:
        self.fields, self.documents = fields, documents
        self.found: OrderedDict[tuple[int, int], list[str | None]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self.fields)

    def noting(self, matches: Matches) -> Matches:
        """Return a filter that does what another one does, and notes the fields of what it selects."""
        if not self.fields:
            return matches

        def selects(record: Record) -> bool:
            selected = matches(record)
            if selected:
                self.note(record)
            return selected

        return selects

    def note(self, record: Record) -> None:
        content = self.documents.value(record, exact=True) if record.value_size <= LARGEST else None
        self.found[record.partition, record.offset] = [field.text(content) for field in self.fields]
        if len(self.found) > NOTED:
            self.found.popitem(last=False)
