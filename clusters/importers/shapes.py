"""Checks that a configuration has a mapping or a text where it must, and Spring's relaxed keys. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from clusters.importers.types import ImportRefused


def relaxed(key: object) -> str:
    """Return a key as Spring's relaxed binding compares it: case, ``-`` and ``_`` do not matter."""
    return re.sub(r"[-_]", "", str(key)).lower()


def mapping(value: object, path: str) -> Mapping[Any, Any]:
    """Return a mapping; an empty one for nothing.

    Raises:
        ImportRefused: it is something else.
    """
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        raise ImportRefused(f"{path} is not a mapping.")
    return value


def flattened(values: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Return nested properties with dotted keys; values as text, as Java would see them."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flattened(value, f"{name}.")
        elif isinstance(value, bool):
            yield name, str(value).lower()
        elif value is not None:
            yield name, str(value)


def check_texts(value: object, path: str) -> None:
    """Refuse texts that a database cannot store.

    Raises:
        ImportRefused: a text contains NUL, or is not valid Unicode.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            check_texts(key, f"{path}.{camel(str(key))!a}")
            check_texts(inner, f"{path}.{camel(str(key))}")
    elif isinstance(value, str) and ("\0" in value or not encodes(value)):
        raise ImportRefused(f"{path}: NUL and invalid Unicode are not accepted.")


def storable(text: str) -> str:
    """Return a text with question marks for what a database cannot store."""
    return text.replace("\0", "?").encode("utf-8", "replace").decode()


def encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def camel(name: str) -> str:
    """Return one of our names as kafka-ui writes it: ``read_only`` becomes ``readOnly``."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
