"""A record's key, value or header as text for people. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from clusters.formats.content import NOTHING, Data
from clusters.formats.detection import Decoded, as_bytes
from clusters.formats.plain_text import text_of as text_of
from clusters.formats.primitives import HEX
from clusters.gateway.log.records import Record
from clusters.messages.decoding import Decoding
from clusters.messages.rendering.json_layout import in_lines


@dataclass(frozen=True)
class Rendered:
    """``text`` is None for null. ``truncated`` means that there is more, ``size`` bytes in all.

    ``format`` is the label of what it was decoded as, and ``why`` that was chosen; ``problem`` tells why bytes are
    shown instead, and ``advice`` what to do. ``value`` is what JSON paths find their way in.
    """

    text: str | None
    size: int = 0
    binary: bool = False
    truncated: bool = False
    note: str = ""
    format: str = ""
    why: str = ""
    problem: str = ""
    advice: str = ""
    value: Any = NOTHING

    @property
    def block(self) -> str:
        """The text for a block of its own: JSON is laid out."""
        return in_lines(self.text or "") or self.text or ""

    @property
    def is_plain(self) -> bool:
        """Whether its format needs no mention, since it shows."""
        return self.format in {"", "Text", "JSON", "XML"} and not self.problem


def render(data: bytes | None, size: int | None = None) -> Rendered:
    """Return text as it is, anything else as hexadecimal digits.

    Args:
        data: the beginning, or all of it.
        size: of the whole, in bytes; that of ``data`` by default.
    """
    if data is None:
        return Rendered(None)
    whole = len(data) if size is None else size
    return rendered(as_bytes(Data(data, whole)), data, whole)


def rendered(decoded: Decoded | None, data: bytes | None, size: int) -> Rendered:
    """Return what was decoded as a page shows it; None for null."""
    if decoded is None or data is None:
        return Rendered(None)
    is_binary = not decoded.format
    shown = min(len(data), HEX) if is_binary or decoded.format in {"hex", "base64"} else len(data)
    return Rendered(
        decoded.content.text,
        size,
        binary=is_binary,
        truncated=size > shown,
        note=decoded.content.note,
        format=decoded.label,
        why=decoded.why,
        problem=decoded.problem,
        advice=decoded.advice,
        value=decoded.content.value,
    )


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


def row_of(record: Record, decoding: Decoding | None = None) -> MessageRow:
    """Return a record as a page shows it, decoded as is said."""
    decoding = decoding or Decoding()
    headers = tuple((name, render(value, size)) for name, value, size in record.headers)
    key = rendered(decoding.decoded(record, "key"), record.key, record.key_size)
    value = rendered(decoding.decoded(record, "value"), record.value, record.value_size)
    return MessageRow(record, time_of(record.time_ms), key, value, headers)


def time_of(milliseconds: int | None) -> datetime | None:
    """Return a record's time; a producer may have set any number."""
    try:
        return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
