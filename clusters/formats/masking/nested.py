"""JSON documents that are texts within other documents, as programs write them that encode twice. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any

FIELD = re.compile(r'"([^"\\]{1,200})\\*"\s*:')


@dataclass(frozen=True)
class Document:
    """An object or array; ``is_exact`` tells that no name in it comes twice, so that nothing is left out of it."""

    content: Any
    is_exact: bool = True


def document_in(value: Any) -> Document | None:
    """Return the object or array that a value is, or that it is the text of; None for anything else."""
    if isinstance(value, dict | list):
        return Document(value)
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "[", '"'}:
        return None
    objects: list[bool] = []

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        objects.append(len(fields) == len(pairs))
        return fields

    try:
        content = json.loads(value, object_pairs_hook=read_object)
    except (ValueError, RecursionError):
        return None
    if isinstance(content, str):
        return document_in(content)
    return Document(content, all(objects))


def field_names(text: str) -> list[str]:
    """Return what is written in a text as the names of fields, however often it was encoded."""
    return FIELD.findall(text) if '"' in text else []
