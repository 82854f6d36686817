"""A record's key, value or header as a person reads it. Pure."""

import codecs
from dataclasses import dataclass
from datetime import UTC, datetime

from clusters.gateway.records import Record
from clusters.messages.json_layout import in_lines

HEX = 512  # bytes of what is no text
BLANKS = "\t\n\r"


@dataclass(frozen=True)
class Shown:
    """``text`` is None for what is null. ``cut`` tells that there is more of it: ``size`` bytes in all."""

    text: str | None
    size: int = 0
    binary: bool = False
    cut: bool = False
    note: str = ""

    @property
    def block(self) -> str:
        """The text where it has lines of its own: JSON is laid out."""
        return in_lines(self.text or "") or self.text or ""


def shown(data: bytes | None, size: int | None = None) -> Shown:
    """Return text as it is, anything else as hexadecimal digits.

    Args:
        data: its beginning, or all of it.
        size: of the whole, in bytes; that of ``data`` if nothing is said.
    """
    if data is None:
        return Shown(None)
    whole = len(data) if size is None else size
    text = text_of(data, truncated=whole > len(data))
    if text is not None:
        return Shown(text, whole, cut=whole > len(data))
    return Shown(data[:HEX].hex(" "), whole, binary=True, cut=whole > min(len(data), HEX), note=note_of(data))


def text_of(data: bytes, *, truncated: bool) -> str | None:
    """Return UTF-8 as text, without a character that was cut in two; None for what is none, or steers terminals."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data, final=not truncated)
    except UnicodeDecodeError:
        return None
    return None if any(char < " " and char not in BLANKS for char in text) else text


def note_of(data: bytes) -> str:
    """Say what bytes are, where they tell: a schema registry's records begin with 0 and their schema's number."""
    if len(data) > 4 and data[0] == 0:
        return f"schema {int.from_bytes(data[1:5])} of a registry"
    return "binary"


@dataclass(frozen=True)
class MessageRow:
    """A record as a page shows it. ``time`` is UTC, and empty where it has none, or none that a calendar has."""

    record: Record
    time: str
    key: Shown
    value: Shown
    headers: tuple[tuple[str, Shown], ...]


def row_of(record: Record) -> MessageRow:
    """Return the row of a record."""
    headers = tuple((name, shown(value)) for name, value in record.headers)
    key, value = shown(record.key, record.key_size), shown(record.value, record.value_size)
    time = time_of(record.time_ms)
    written = time.strftime("%Y-%m-%d %H:%M:%S.") + f"{time.microsecond // 1000:03}" if time else ""
    return MessageRow(record, written, key, value, headers)


def time_of(milliseconds: int | None) -> datetime | None:
    """Return a record's time; a producer may have set any number."""
    try:
        return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
