"""What is to be decoded, and what came of it."""

import base64
import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from clusters.formats.schemas import Schemas

DEEPEST = 100  # levels of a decoded value
MOST = 200_000  # parts of a decoded value
LARGEST = 1_000_000  # bytes that are decoded; what is larger is shown as bytes
DIGITS = 4_000  # of a number, as Python writes them in one go
NOTHING = object()  # there is no structured value, which null would be


class UndecodableError(ValueError):
    """The bytes are not of a format; the message says why."""


@dataclass(frozen=True, slots=True)
class Data:
    """A key or a value, and what is known of its record. ``size`` is that of the whole, whose beginning ``raw`` is.

    ``descriptors`` are the cluster's Protobuf types, a serialized ``FileDescriptorSet``.
    """

    raw: bytes
    size: int
    part: str = "value"
    topic: str = ""
    key: bytes | None = None
    headers: tuple[tuple[str, bytes | None, int], ...] = ()
    schemas: "Schemas | None" = None
    descriptors: bytes = b""

    @property
    def truncated(self) -> bool:
        return self.size > len(self.raw)

    def whole(self) -> bytes:
        """Return all of the bytes.

        Raises:
            UndecodableError: they are not all there, or too many.
        """
        if self.truncated:
            raise UndecodableError("Only its beginning was read. Open the record alone to decode it.")
        if len(self.raw) > LARGEST:
            raise UndecodableError(f"It has {len(self.raw):,} bytes; the limit for decoding is {LARGEST:,}.")
        return self.raw


@dataclass(frozen=True, slots=True)
class Content:
    """What bytes say: as text, and as a value of JSON's types, where there is one. ``note`` adds to the format.

    ``label`` is what people call the format, where that depends on the bytes.
    """

    text: str
    value: Any = NOTHING
    note: str = ""
    label: str = ""


def structured(value: object, note: str = "", label: str = "") -> Content:
    """Return the content for what a library decoded.

    Raises:
        UndecodableError: it is too deep or too large to be shown.
    """
    plain = Plain().of(value)
    return Content(json.dumps(plain, ensure_ascii=False), plain, note, label)


class Plain:
    """Makes values of what JSON has; a value that unfolds to too much, or refers to itself, is refused."""

    def __init__(self) -> None:
        self.left = MOST

    def of(self, value: object, depth: int = 0) -> Any:
        """Return a value as JSON has it.

        Raises:
            UndecodableError: it is too deep or too large.
        """
        self.left -= 1
        if depth > DEEPEST:
            raise UndecodableError(f"It is nested deeper than {DEEPEST} levels.")
        if self.left < 0:
            raise UndecodableError(f"It has more than {MOST:,} parts.")
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, Mapping):
            return self.mapping(value, depth)
        if isinstance(value, set | frozenset) or (isinstance(value, Sequence) and not isinstance(value, bytes)):
            return [self.of(each, depth + 1) for each in value]
        return scalar(value)

    def mapping(self, value: Mapping[object, object], depth: int) -> dict[str, Any]:
        fields = {self.name(key, depth): self.of(each, depth + 1) for key, each in value.items()}
        if len(fields) < len(value):
            raise UndecodableError("Two of its fields have the same name as text, e.g. 1 and “1”.")
        return fields

    def name(self, key: object, depth: int) -> str:
        """Return a mapping's key as text, also one that is text as bytes: masking knows fields by their names."""
        if isinstance(key, bytes):
            with suppress(UnicodeDecodeError):
                return key.decode()
        plain = self.of(key, depth + 1)
        return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def scalar(value: object) -> Any:
    """Return a single value as JSON has it; one that has no form of its own there becomes text."""
    if isinstance(value, int):
        return value if value.bit_length() < 3 * DIGITS else f"a number of {value.bit_length():,} bits"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, UUID | Fraction):
        return str(value)
    return repr(value)[:200]


def decimal_text(value: Decimal) -> str:
    """Return a decimal's digits; one with a great exponent as it is."""
    exponent = value.as_tuple().exponent
    return f"{value:f}" if isinstance(exponent, int) and abs(exponent) <= DIGITS else str(value)
