"""Keys, values and headers as people type them: text, JSON, numbers, hexadecimal digits or base64. Pure."""

import base64
import binascii
import json

from clusters.formats import primitives

NUMBERS = (*primitives.LAYOUTS, "uuid")
FORMATS = ("text", "json", *NUMBERS, "hex", "base64", "null")


def bytes_of(text: str, kind: str) -> bytes | None:
    """Return what a typed text stands for; None for null.

    Raises:
        ValueError: it is not of its format; the message says what is wrong.
    """
    if kind == "null":
        return None
    if kind == "hex":
        return from_hex(text)
    if kind == "base64":
        return from_base64(text)
    if kind in NUMBERS:
        return primitives.written(kind, text)
    if kind == "json":
        check_json(text)
    return text.encode()


def check_json(text: str) -> None:
    """Raises ValueError: it is no JSON text; the message says where it ends to be one."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"This is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from error
    except RecursionError as error:
        raise ValueError("This JSON is nested too deeply.") from error


def from_hex(text: str) -> bytes:
    """Raises ValueError: not pairs of hexadecimal digits."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ValueError("These are not pairs of hexadecimal digits, e.g. 00 2a ff.") from error


def from_base64(text: str) -> bytes:
    """Raises ValueError: not base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("This is not base64.") from error


def headers_of(text: str) -> tuple[tuple[str, bytes | None], ...]:
    """Read headers, one ``name=value`` per line; a line without ``=`` is a header that is null.

    Raises:
        ValueError: a line has no name.
    """
    headers = []
    for line in filter(None, text.splitlines()):
        name, equals, value = line.partition("=")
        if not name.strip():
            raise ValueError(f"“{line}” has no name before its “=”.")
        headers.append((name.strip(), value.encode() if equals else None))
    return tuple(headers)
