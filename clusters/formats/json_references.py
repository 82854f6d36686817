"""Where a reference of a JSON schema leads: to a part of the schema, or of one that it refers to by name. Pure.

Nothing is fetched: what is not among the references leads nowhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from clusters.formats.plain_text import json_value

DEFINITIONS = ("$defs", "definitions")


def followed(reference: str, root: Any, references: Mapping[str, str]) -> tuple[Any, Any]:
    """Return what a reference leads to, None if that is not here, and the document that it is in.

    Raises:
        UndecodableError: the document is not JSON.
    """
    name, _, fragment = reference.partition("#")
    if name and not is_called(name, identifier(root)):
        text = next((text for other, text in references.items() if is_called(name, other)), None)
        if text is None:
            return None, root
        root = json_value(text)
    return part_of(root, unquote(fragment)), root


def is_called(name: str, other: str) -> bool:
    """Tell whether two addresses may be of one schema: either may be relative to the other."""
    return bool(other) and (name == other or name.endswith(f"/{other}") or other.endswith(f"/{name}"))


def identifier(root: Any) -> str:
    values = (root.get(key) for key in ("$id", "id")) if isinstance(root, dict) else ()
    return next((value.rstrip("#") for value in values if isinstance(value, str)), "")


def part_of(root: Any, fragment: str) -> Any:
    """Return the part that a pointer such as ``/$defs/Money``, or an anchor, leads to; None where there is none."""
    if fragment and not fragment.startswith("/"):
        return next((each for each in definitions_of(root) if fragment in anchors_of(each)), None)
    part = root
    for step in fragment.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(part, list):
            part = part[int(key)] if key.isdecimal() and len(key) < 6 and int(key) < len(part) else None
        else:
            part = part.get(key) if isinstance(part, dict) else None
    return part


def definitions_of(root: Any) -> Iterator[dict[str, Any]]:
    """Yield the schemas that a document defines, and itself."""
    document = root if isinstance(root, dict) else {}
    for named in (document.get(name) for name in DEFINITIONS):
        yield from (each for each in (named.values() if isinstance(named, dict) else ()) if isinstance(each, dict))
    yield document


def anchors_of(schema: Mapping[str, Any]) -> set[str]:
    identifiers = (schema.get(key) for key in ("$id", "id"))
    own = {value[1:] for value in identifiers if isinstance(value, str) and value.startswith("#")}
    return own | {str(schema.get("$anchor", "")), str(schema.get("$dynamicAnchor", ""))}
