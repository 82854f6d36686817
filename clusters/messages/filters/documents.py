"""Keys and values as the documents that expressions look into. Pure."""

from typing import Any

import orjson


def document(data: bytes | None) -> Any:
    """Return what JSON stands for, a text as it is, and bytes that are neither as they are; None for null."""
    if data is None:
        return None
    try:
        return orjson.loads(data)  # refuses more than 1,024 levels
    except ValueError:
        return text_or_bytes(data)


def key_document(data: bytes | None) -> Any:
    """Return a key: an object or array if it is one, else its text, even where it is a number."""
    if data is not None and data[:1] in {b"{", b"["}:
        return document(data)
    return None if data is None else text_or_bytes(data)


def text_or_bytes(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
