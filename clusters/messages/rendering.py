"""A record's key, value or header as text for people. Pure."""

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from clusters.gateway.log.records import Record
from clusters.messages.json_layout import in_lines

HEX = 512  # bytes shown of binary data
BLANKS = "\t\n\r"
SMALLEST, LARGEST = 1e-9, 1e15  # of a fraction that somebody may have written


@dataclass(frozen=True)
class Rendered:
    """``text`` is None for null. ``truncated`` means that there is more, ``size`` bytes in all."""

    text: str | None
    size: int = 0
    binary: bool = False
    truncated: bool = False
    note: str = ""

    @property
    def block(self) -> str:
        """The text for a block of its own: JSON is laid out."""
        return in_lines(self.text or "") or self.text or ""


def render(data: bytes | None, size: int | None = None) -> Rendered:
    """Return text as it is, anything else as hexadecimal digits.

    Args:
        data: the beginning, or all of it.
        size: of the whole, in bytes; that of ``data`` by default.
    """
    if data is None:
        return Rendered(None)
    whole = len(data) if size is None else size
    text = text_of(data, truncated=whole > len(data))
    if text is not None:
        return Rendered(text, whole, truncated=whole > len(data))
    return Rendered(
        data[:HEX].hex(" "),
        whole,
        binary=True,
        truncated=whole > min(len(data), HEX),
        note=note_of(data) if whole == len(data) else "binary",
    )


def text_of(data: bytes, *, truncated: bool) -> str | None:
    """Decode UTF-8, without a character cut in two; None if it is not UTF-8, or has control characters."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data, final=not truncated)
    except UnicodeDecodeError:
        return None
    return None if any(char < " " and char not in BLANKS for char in text) else text


def note_of(data: bytes) -> str:
    """Say what bytes may be that are no text, by their size, as Kafka's serializers write numbers and UUIDs."""
    guesses = [guess for guess in guesses_of(data) if guess]
    return f"binary; it may be: {', '.join(guesses)}" if guesses else "binary"


def guesses_of(data: bytes) -> Iterator[str]:
    if len(data) == 4:
        yield f"Integer {struct.unpack('>i', data)[0]}"
        yield fraction("Float", struct.unpack(">f", data)[0], 7)
    elif len(data) == 8:
        yield f"Long {struct.unpack('>q', data)[0]}"
        yield fraction("Double", struct.unpack(">d", data)[0], 15)
    elif len(data) == 16:
        yield f"UUID {UUID(bytes=data)}"


def fraction(name: str, value: float, digits: int) -> str:
    """Return a number as text; nothing for one that nobody would have written."""
    return f"{name} {value:.{digits}g}" if SMALLEST <= abs(value) < LARGEST else ""


@dataclass(frozen=True)
class MessageRow:
    """A record as a page shows it. ``time`` is None if there is none or no calendar has it."""

    record: Record
    time: datetime | None
    key: Rendered
    value: Rendered
    headers: tuple[tuple[str, Rendered], ...]

    @property
    def more_headers(self) -> int:
        """How many headers are not shown."""
        return self.record.header_count - len(self.headers)


def row_of(record: Record) -> MessageRow:
    headers = tuple((name, render(value, size)) for name, value, size in record.headers)
    key, value = render(record.key, record.key_size), render(record.value, record.value_size)
    return MessageRow(record, time_of(record.time_ms), key, value, headers)


def time_of(milliseconds: int | None) -> datetime | None:
    """Return a record's time; a producer may have set any number."""
    try:
        return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
