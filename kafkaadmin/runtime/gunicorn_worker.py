"""gunicorn's threaded worker, changed so that a client that keeps its connection open blocks nobody.

After the last answer on a connection gunicorn waits up to two seconds for the client to close it, so that the end of
the answer is not lost; it does so in the loop that serves all others. Here the loop goes on, and is notified when the
client has closed.
"""

import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

LINGER = 2.0  # seconds that a client may keep its side open
PORTION = 65_536  # bytes that are read and discarded at once


class Worker(ThreadWorker):  # type: ignore[misc]
    """Serves the pages. It depends on private parts of gunicorn, which is why gunicorn's version is pinned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lingering: deque[Any] = deque()  # the first to be closed first

    def finish_request(self, conn: Any, fs: "Future[Any]") -> None:
        """Continue with a connection whose request is answered."""
        conn.close = partial(self.part, conn)
        super().finish_request(conn, fs)

    def part(self, conn: Any, graceful: bool = False) -> None:
        """Close a connection; if graceful, let the client read to the end first."""
        if not graceful:
            util.close(conn.sock)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, EVENT_READ, partial(self.heard, conn))
        except (OSError, ValueError):
            util.close(conn.sock)
            return
        self.nr_conns += 1
        conn.timeout = time.monotonic() + LINGER
        self.lingering.append(conn)

    def heard(self, conn: Any, sock: socket.socket) -> None:
        """Discard what a client still sends; close once the client has."""
        try:
            open_still = bool(sock.recv(PORTION))
        except BlockingIOError:
            return
        except OSError:
            open_still = False
        if not open_still:
            self.end(conn)

    def end(self, conn: Any) -> None:
        """Close a connection for good."""
        self.lingering.remove(conn)
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        util.close(conn.sock)

    def murder_pending(self) -> None:
        """Also close what has been open for too long."""
        super().murder_pending()
        now = time.monotonic()
        while self.lingering and self.lingering[0].timeout <= now:
            self.end(self.lingering[0])
