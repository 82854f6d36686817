"""Kafka's primitive types, read from bytes: big-endian numbers, strings preceded by their length."""

import hashlib
from struct import Struct

_INT16 = Struct(">h")
_INT32 = Struct(">i")
_INT64 = Struct(">q")
LONGEST = 512  # characters of a name in a table
_VARINT_BYTES = 5  # an unsigned 32-bit number, seven bits a byte


class MalformedError(ValueError):
    """The bytes do not have the layout of their version."""


def text(raw: bytes) -> str:
    """Decode a name so that any bytes make a name, and different bytes different names (see ``printable``)."""
    return raw.decode("utf-8", "surrogateescape")


def printable(name: str) -> str:
    """Return a name that can be encoded: each byte that is not UTF-8 becomes one U+FFFD, as Go prints it."""
    if name.isascii():
        return name
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in name)


def storable(name: str) -> str:
    """Return a group's name as a database accepts it: text without NUL, of at most 512 characters.

    A longer one is truncated, with a fingerprint of the whole so that two such names stay distinct.
    """
    clean = printable(name).replace("\0", "\ufffd")
    if len(clean) <= LONGEST:
        return clean
    return f"{clean[: LONGEST - 17]}…{hashlib.sha256(clean.encode()).hexdigest()[:16]}"


class Reader:
    """Reads one record's bytes from front to back. Every method raises MalformedError when they run out."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def int16(self, what: str) -> int:
        return self._number(_INT16, what)

    def int32(self, what: str) -> int:
        return self._number(_INT32, what)

    def int64(self, what: str) -> int:
        return self._number(_INT64, what)

    def string(self, what: str) -> str:
        """Read an int16 length and that many bytes; -1, null, reads as an empty string."""
        length = self.int16(what)
        return "" if length == -1 else text(self._exactly(length, what))

    def compact_string(self, what: str) -> str:
        """Read an unsigned varint, the length plus one, and the bytes; 0, null, reads as an empty string."""
        length = self._unsigned_varint(what)
        return "" if length == 0 else text(self._exactly(length - 1, what))

    def at_most(self, length: int) -> bytes:
        """Read ``length`` bytes or what is left of them; none for a length below zero."""
        piece = self._data[self._at : self._at + max(length, 0)]
        self._at += len(piece)
        return piece

    def left(self) -> int:
        return len(self._data) - self._at

    def _exactly(self, length: int, what: str) -> bytes:
        if length < 0:
            raise MalformedError(f"{what} has a length of {length}")
        piece = self.at_most(length)
        if len(piece) < length:
            raise MalformedError(f"{what} ends early")
        return piece

    def _number(self, form: Struct, what: str) -> int:
        number: int = form.unpack(self._exactly(form.size, what))[0]
        return number

    def _unsigned_varint(self, what: str) -> int:
        number = 0
        for shift in range(0, 7 * _VARINT_BYTES, 7):
            byte = self._exactly(1, what)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
        raise MalformedError(f"{what} has a length of more than {_VARINT_BYTES} bytes")
