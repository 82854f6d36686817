"""Where in a typed schema a registry's message points to: the field, and the line. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any

POINTER = re.compile(r"(?<![\w/])/(?:[\w$.\[\]-]+/?)+")
CAUSES = re.compile(r"\s*Causes: ")
COUNTED = re.compile(r"^(?:[\w.]+Exception: )?Incompatible artifact: .*?list of diff types: \[", re.DOTALL)


@dataclass(frozen=True)
class Located:
    """A registry's message, with the field and the line it is about; empty and None where it does not say."""

    message: str
    field: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = [f"Line {self.line}" if self.line else "", f"field {self.field}" if self.field else ""]
        where = ", ".join(filter(None, place))
        return f"{where[0].upper()}{where[1:]}: {self.message}" if where else self.message


def located(message: str, text: str) -> Located:
    """Return a message without what Apicurio puts around it, with its place in the schema as it was typed."""
    message = CAUSES.split(COUNTED.sub("", message))[0].removesuffix("]")
    pointer = POINTER.search(message)
    if not pointer:
        return Located(message)
    name = field_at(pointer[0], text)
    return Located(message, name, line_of(name.rpartition(".")[2], text) if name else None)


def field_at(pointer: str, text: str) -> str:
    """Return the path of the field that a JSON pointer leads to: ``total.cents`` for ``/fields/1/type/fields/0``."""
    try:
        part: Any = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    names: list[str] = []
    steps = pointer.strip("/").split("/")
    for before, step in zip(["", *steps], steps, strict=False):
        if isinstance(part, list) and step.isdecimal() and int(step) < len(part):
            part = part[int(step)]
        elif isinstance(part, dict) and step in part:
            part = part[step]
        else:
            break
        if before == "properties":
            names.append(step)
        elif before == "fields" and isinstance(part, dict) and isinstance(part.get("name"), str):
            names.append(part["name"])
    return ".".join(names)


def line_of(name: str, text: str) -> int | None:
    """Return the line where a field is described: by its name, or as a property."""
    quoted = re.escape(json.dumps(name, ensure_ascii=False))
    match = re.search(rf'"name"\s*:\s*{quoted}|{quoted}\s*:', text)
    return text.count("\n", 0, match.start()) + 1 if match else None
