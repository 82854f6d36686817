"""A deadline for a whole request, which neither requests nor urllib3 have: their timeouts start anew with every byte.

A server that sends one byte a second would hold a thread for hours. At the deadline the connection is shut, from a
thread of its own: whoever reads finds its end, also within a TLS handshake or the headers.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError


class Deadline:
    """When a request must be over, and the connections that it has opened."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.connections: list[socket.socket] = []

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends

    def watch(self, connection: socket.socket) -> None:
        """Shut a connection at the deadline: by a descriptor of our own, since TLS takes the other one over."""
        self.connections.append(connection.dup())

    def shut(self) -> None:
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


_present: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Give a deadline to what is requested meanwhile by a session that ``DeadlineAdapter`` is mounted to."""
    present = Deadline(seconds)
    mark, timer = _present.set(present), threading.Timer(seconds, present.shut)
    timer.daemon = True
    timer.start()
    try:
        yield present
    finally:
        timer.cancel()
        _present.reset(mark)
        for connection in present.connections:
            connection.close()


class Watched:
    """A connection that ends at the deadline of what it is opened for."""

    def _new_conn(self) -> socket.socket:
        connection: socket.socket = super()._new_conn()  # type: ignore[misc]  # of urllib3's connections
        if present := _present.get():
            present.watch(connection)
            if present.is_over:
                connection.close()
                raise ConnectTimeoutError(self, "It took too long to connect.")
        return connection


class WatchedHttp(Watched, HTTPConnection):
    """A connection without TLS."""


class WatchedHttps(Watched, HTTPSConnection):
    """A connection with TLS."""


class HttpPool(HTTPConnectionPool):
    """Connections without TLS."""

    ConnectionCls = WatchedHttp


class HttpsPool(HTTPSConnectionPool):
    """Connections with TLS."""

    ConnectionCls = WatchedHttps


class DeadlineAdapter(HTTPAdapter):
    """Opens connections that end at the present deadline."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
