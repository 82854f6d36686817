"""Keys, values and headers as people type them: text, JSON, numbers, hexadecimal digits or base64. Pure."""

import base64
import binascii
import json
import re

from clusters.formats import primitives
from clusters.formats.plain_text import text_of

NUMBERS = (*primitives.LAYOUTS, "uuid")
FORMATS = ("text", "json", *NUMBERS, "hex", "base64", "null")
BASE64 = "base64:"  # begins the value of a header that is no text
LINE_END = re.compile(r"\r?\n")
NO_NAME = re.compile(r"[=\x00-\x1f]")  # what no name of a line has


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


def as_typed(data: bytes, kind: str) -> str:
    """Return bytes as ``hex`` or ``base64``."""
    return data.hex(" ") if kind == "hex" else base64.b64encode(data).decode()


def check_json(text: str) -> None:
    """Raises ValueError: it is no JSON text; the message says where it ends to be one. Numbers have any size."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise ValueError(f"This is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from error
    except RecursionError as error:
        raise ValueError("This JSON is nested too deeply.") from error


def refuse(name: str) -> None:
    """Raises ValueError."""
    raise ValueError(f"This is not JSON: it has no number {name}.")


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

    ``name=base64:AAEC`` is a value that is no text.

    Raises:
        ValueError: a line has no name, or a value is not base64.
    """
    headers = []
    for line in filter(None, LINE_END.split(text)):
        name, equals, value = line.partition("=")
        if not name.strip():
            raise ValueError(f"“{line}” has no name before its “=”.")
        headers.append((name.strip(), header_value(value) if equals else None))
    return tuple(headers)


def header_value(text: str) -> bytes:
    """Raises ValueError: base64 was meant, and it is none."""
    if not text.startswith(BASE64):
        return text.encode()
    try:
        return from_base64(text.removeprefix(BASE64))
    except ValueError as error:
        raise ValueError(f"“{text[:60]}”: what is behind base64: is not base64.") from error


def header_line(name: str, value: bytes | None) -> str:
    """Return the line that ``headers_of`` reads as this header.

    Raises:
        ValueError: its name does not stand in a line.
    """
    if not name.strip() or name != name.strip() or NO_NAME.search(name):
        raise ValueError(f"The name of the header “{name}” has characters that the form has no place for.")
    if value is None:
        return name
    text = text_of(value, truncated=False)
    if text is None or text.startswith(BASE64) or "\n" in text or "\r" in text:
        text = BASE64 + as_typed(value, "base64")
    return f"{name}={text}"
