"""Numbers and UUIDs as Kafka's own serializers write them, and bytes as such."""

import base64
import math
import struct
from collections.abc import Callable, Iterator
from uuid import UUID

from clusters.formats.content import NOTHING, Content, Data, UndecodableError

HEX = 512  # bytes shown of binary data
SMALLEST, LARGEST = 1e-9, 1e15  # of a fraction that somebody may have written
LAYOUTS = {
    "short": ("Short", ">h"),
    "integer": ("Integer", ">i"),
    "long": ("Long", ">q"),
    "float": ("Float", ">f"),
    "double": ("Double", ">d"),
}
DIGITS = {">f": 7, ">d": 15}


def number(label: str, layout: str) -> Callable[[Data], Content]:
    """Return the decoder of a number of a fixed size."""
    size = struct.calcsize(layout)

    def decode(data: Data) -> Content:
        if data.size != size:
            raise UndecodableError(f"It has {data.size:,} bytes; {label} takes {size}.")
        value = struct.unpack(layout, data.whole())[0]
        written = f"{value:.{DIGITS[layout]}g}" if layout in DIGITS else str(value)
        return Content(written, value if math.isfinite(value) else written)

    return decode


def written(name: str, text: str) -> bytes:
    """Return the bytes of a number, or a UUID, as Kafka's own serializers write it.

    Raises:
        ValueError: the text is no such number; the message says so.
    """
    label, layout = LAYOUTS.get(name, ("UUID", ""))
    try:
        if not layout:
            return str(UUID(text.strip())).encode()
        return struct.pack(layout, fraction_of(text) if layout in DIGITS else int(text))
    except (ValueError, OverflowError, struct.error) as error:
        raise ValueError(f"This is not of the type {label}: {text[:40]}") from error


def fraction_of(text: str) -> float:
    """Raises ValueError: it is no number; OverflowError: it has more digits than there are, and is no infinity."""
    value = float(text)
    if math.isinf(value) and any(map(str.isdigit, text)):
        raise OverflowError
    return value


def uuid(data: Data) -> Content:
    """Return a UUID of 16 bytes, or of Kafka's serializer, which writes its text.

    Raises:
        UndecodableError: it is neither.
    """
    raw = data.whole()
    try:
        value = str(UUID(bytes=raw) if len(raw) == 16 else UUID(raw.decode()))
    except ValueError as error:
        raise UndecodableError("It is neither 16 bytes nor the text of a UUID.") from error
    return Content(value, value)


def hexadecimal(data: Data) -> Content:
    return Content(data.raw[:HEX].hex(" "), NOTHING)


def base64_text(data: Data) -> Content:
    return Content(base64.b64encode(data.raw[:HEX]).decode())


def guesses_of(data: bytes) -> Iterator[str]:
    """Yield what bytes may be that are no text, by their size."""
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
