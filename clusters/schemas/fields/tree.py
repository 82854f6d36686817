"""A field of a schema with those within it. A tree has a bounded number of them, and ends where a type repeats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

MOST = 2_000  # fields of a tree
DEEPEST = 12


@dataclass(frozen=True)
class Field:
    """A field: ``type`` as its format writes it, ``default`` as JSON; None where there is none."""

    name: str
    type: str
    doc: str = ""
    default: str | None = None
    is_required: bool = False
    details: str = ""
    children: tuple["Field", ...] = field(default=())

    @property
    def signature(self) -> str:
        """What a change of it changes, besides what is within it."""
        parts = [self.type, self.details, "required" if self.is_required else ""]
        return ", ".join(filter(None, parts)) + (f" = {self.default}" if self.default is not None else "")


class Budget:
    """Counts the fields of a tree; None are left for what comes after too many."""

    def __init__(self) -> None:
        self.left = MOST

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True)
class Row:
    """A field in a list that stands for the tree: how deep, and its path."""

    depth: int
    path: str
    field: Field


def is_cut(rows: Sequence[Row]) -> bool:
    """Tell whether there may be more fields than a tree has."""
    return len(rows) >= MOST


def rows_of(fields: tuple[Field, ...], depth: int = 0, path: str = "") -> Iterator[Row]:
    for each in fields:
        place = f"{path}.{each.name}" if path else each.name
        yield Row(depth, place, replace(each, children=()))
        yield from rows_of(each.children, depth + 1, place)
