"""Requests that are sent again and again, and whose responses mostly say the same again.

Such a request is encoded once, and its response stays bytes until it says something new: for a cluster of 10,000
partitions, encoding and decoding take a hundred times as long as comparing. Relies, like ``protocol``, on how
kafka-python encodes and decodes.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any


def digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


class Response:
    """A response as it came: a digest, and the message once it is wanted."""

    __slots__ = ("_data", "_kind", "digest")

    def __init__(self, kind: Any, data: bytes) -> None:
        self._kind, self._data = kind, data
        self.digest = digest(data)

    def digest_behind(self, mark: bytes, distance: int) -> bytes:
        """Return a digest of what follows so many bytes behind a mark; of everything where the mark is not found."""
        at = self._data.find(mark)
        return digest(self._data[at + len(mark) + distance :]) if at >= 0 else self.digest

    def decoded(self) -> Any:
        """Return kafka-python's message."""
        return self._kind.decode(self._data)


class Decoder:
    """Stands for a response's class where kafka-python would decode the response."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.parse_header: Callable[[Any], Any] = kind.parse_header

    def decode(self, buffer: Any) -> Response:
        return Response(self.kind, buffer.read())


class Header:
    """A request's header, as kafka-python keeps it until the response has come."""

    def __init__(self, header: Any) -> None:
        self.header = header

    def __getattr__(self, name: str) -> Any:
        return getattr(self.header, name)

    def get_response_class(self) -> Decoder:
        return Decoder(self.header.get_response_class())


class Undecoded:
    """A request like the given one, whose response is a ``Response``. May be sent many times."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self.body: bytes | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.request, name)

    @property
    def API_VERSION(self) -> int | None:  # noqa: N802 - kafka-python's name
        version: int | None = self.request.API_VERSION
        return version

    @API_VERSION.setter
    def API_VERSION(self, version: int) -> None:  # noqa: N802
        self.request.API_VERSION = version

    @property
    def header(self) -> Header:
        return Header(self.request.header)

    def encode(self, *, framed: bool, header: bool) -> bytes:
        """Return the request's bytes, of which only the header is new each time."""
        if not (framed and header):
            raise ValueError("A request is sent with its length and its header.")
        if self.body is None:
            self.body = self.request.encode()
            self.request = emptied(self.request)
        head: bytes = self.request.encode_header(flexible=self.request.flexible_version_q(self.API_VERSION))
        return (len(head) + len(self.body)).to_bytes(4, "big") + head + self.body


def emptied(request: Any) -> Any:
    """Return a request of the same kind and version, with its header and nothing in it: a large one is objects."""
    empty = type(request)()
    empty.API_VERSION, empty._header = request.API_VERSION, request.header
    return empty
