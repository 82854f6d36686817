"""Sun's own key stores, JKS: their certificates, and a private key decrypted by its password. Pure.

The key is XORed with a stream of SHA-1 digests: each is made of the password and the previous one, the first of the
password and a salt. The salt stands before it and a check digest after it, twenty bytes each.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from clusters.importers.types import ImportRefused

MAGIC = b"\xfe\xed\xfe\xed"
KEY, CERTIFICATE = 1, 2
SIZE = 20  # bytes of a SHA-1 digest
PROTECTION = bytes.fromhex("2b060104012a02110101")  # the object id 1.3.6.1.4.1.42.2.17.1.1


@dataclass
class Contents:
    """Certificates as DER, and encrypted keys, each with its certificate chain."""

    trusted: list[bytes] = field(default_factory=list)
    keys: list[tuple[bytes, list[bytes]]] = field(default_factory=list)


class Cursor:
    """Reads a file's parts one after another. Raises ImportRefused if it ends too early."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def take(self, size: int) -> bytes:
        data = self.data[self.at : self.at + size]
        if len(data) < size:
            raise ImportRefused("the JKS file ends early")
        self.at += size
        return data

    def number(self, kind: str = ">I") -> int:
        return int(struct.unpack(kind, self.take(struct.calcsize(kind)))[0])

    def block(self, kind: str = ">I") -> bytes:
        """Return bytes that are preceded by their length."""
        return self.take(self.number(kind))


def read(data: bytes) -> Contents:
    """Read a JKS file's entries; keys stay encrypted.

    Raises:
        ImportRefused: it ends early, or has an entry of another kind.
    """
    cursor, contents = Cursor(data, len(MAGIC)), Contents()
    version, count = cursor.number(), cursor.number()
    for _ in range(count):
        kind = cursor.number()
        cursor.block(">H")  # the alias
        cursor.take(8)  # its creation time
        if kind == CERTIFICATE:
            contents.trusted.append(certificate(cursor, version))
        elif kind == KEY:
            sealed = cursor.block()
            contents.keys.append((sealed, [certificate(cursor, version) for _ in range(cursor.number())]))
        else:
            raise ImportRefused("the JKS file holds an entry that is neither a certificate nor a private key")
    return contents


def certificate(cursor: Cursor, version: int) -> bytes:
    """Return the next certificate; since version 2 its type precedes it."""
    if version > 1:
        cursor.block(">H")
    return cursor.block()


def opened(sealed: bytes, password: str) -> bytes:
    """Return a private key as PKCS8.

    Raises:
        ImportRefused: the password is wrong, or the key is encrypted in another way.
    """
    data, secret = protected(sealed), password.encode("utf-16-be", "replace")
    salt, hidden, check = data[:SIZE], data[SIZE:-SIZE], data[-SIZE:]
    key = bytes(masked ^ mask for masked, mask in zip(hidden, stream(secret, salt), strict=False))
    if sha1(secret + key) != check:
        raise ImportRefused("the private key in the JKS file cannot be opened: its password is wrong")
    return key


def stream(secret: bytes, salt: bytes) -> Iterator[int]:
    """Yield the bytes that a key is XORed with."""
    digest = salt
    while True:
        digest = sha1(secret + digest)
        yield from digest


def sha1(data: bytes) -> bytes:
    """Return the SHA-1 digest that Java's format prescribes."""
    return hashlib.sha1(data, usedforsecurity=False).digest()


def protected(sealed: bytes) -> bytes:
    """Return the encrypted bytes from the PKCS8 structure around them: an algorithm, then the bytes.

    Raises:
        ImportRefused: it is another algorithm.
    """
    algorithm, hidden, *_ = [*(value for outer in parts(sealed)[:1] for value in parts(outer)), b"", b""]
    if PROTECTION not in algorithm or len(hidden) < 2 * SIZE:
        raise ImportRefused("the private key in the JKS file is not protected in keytool's format")
    return hidden


def parts(data: bytes) -> list[bytes]:
    """Return the values of consecutive DER elements."""
    cursor, values = Cursor(data), []
    while cursor.at < len(data):
        cursor.take(1)
        size = cursor.number(">B")
        if size & 0x80:
            size = int.from_bytes(cursor.take(size & 0x7F))
        values.append(cursor.take(size))
    return values
