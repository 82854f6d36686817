"""Where an import stands, as its job's cursor has it. Pure."""

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Standing:
    """First a source is read to the end, unless it is a file: pieces of lines are stored. Then these are registered,
    piece by piece; then settings are made, line by line.

    ``names`` and ``settings`` count the subjects of the source whose versions and whose settings are stored;
    ``lines_done`` are the versions of the next piece that are passed already.
    """

    pieces: int = 0
    versions: int = 0
    size: int = 0
    names: int = 0
    settings: int = 0
    is_read: bool = False
    pieces_done: int = 0
    lines_done: int = 0
    registered: int = 0
    present: int = 0
    settings_done: int = 0
    settings_changed: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        return self.registered + self.present

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(values: dict[str, Any]) -> Standing:
    names = {field.name for field in fields(Standing)}
    known = {name: value for name, value in values.items() if name in names}
    return Standing(**{**known, "left_out": tuple(values.get("left_out", ()))})
