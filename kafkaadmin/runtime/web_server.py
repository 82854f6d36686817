"""The web server: waitress, which reads a request whole before a thread is given to it, and deadlines.

One loop holds all connections, so that hundreds of slow or silent ones cost a socket each and hold up nobody. Probes
are answered by the loop itself: they need no thread, of which all may be waiting for a Kafka that hangs.
"""

import errno
import logging
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

REQUEST_SECONDS = 30  # within which a request must have come whole, its body included
KEEP_OPEN = 75  # seconds for an idle connection: longer than proxies keep theirs (nginx and load balancers 60 s)
CONNECTIONS = 2_000
BODY_BYTES = 22_000_000  # the largest file of records that may be uploaded, and its form
HEADER_BYTES = 32_768  # the address of a page of records holds where each of its partitions goes on
BUFFERED_BYTES = 4_000_000  # of an answer, for a client that reads slowly; beyond that its thread waits
LOOK_SECONDS = 2  # between two looks for connections that are to be closed
GRACE = 3.0  # seconds that running requests get to finish

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class TimedRequest(HTTPRequestParser):  # type: ignore[misc]
    """A request that knows when its first byte came."""

    def __init__(self, adjustments: Adjustments) -> None:
        super().__init__(adjustments)
        self.started = time.monotonic()


class Channel(HTTPChannel):  # type: ignore[misc]
    """A client's connection."""

    parser_class = TimedRequest

    @property
    def is_late(self) -> bool:
        """Whether the request that is coming in takes too long."""
        request = self.request
        return request is not None and time.monotonic() - request.started > REQUEST_SECONDS

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered, or an answer sent."""
        return bool(self.requests or self.total_outbufs_len)


class WebServer(TcpWSGIServer):  # type: ignore[misc]
    """Serves one application on one listening socket, until it is told to end."""

    channel_class = Channel

    def __init__(
        self, application: WsgiApplication, listener: socket.socket, threads: int, *, is_alive: Callable[[], None]
    ) -> None:
        """Take over a listening socket.

        Args:
            application: what is served.
            listener: is bound already.
            threads: requests answered at once.
            is_alive: is called every few seconds while the loop runs.
        """
        adjustments = Adjustments(
            threads=threads,
            ident=None,
            channel_timeout=KEEP_OPEN,
            cleanup_interval=LOOK_SECONDS,
            connection_limit=CONNECTIONS,
            max_request_body_size=BODY_BYTES,
            max_request_header_size=HEADER_BYTES,
            outbuf_high_watermark=BUFFERED_BYTES,
            asyncore_use_poll=True,  # select() ends at 1,024 connections
            backlog=1024,
            log_socket_errors=False,
            clear_untrusted_proxy_headers=False,  # settings say which of them count
        )
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait is no news
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        self.is_alive = is_alive
        self.ends_at: float | None = None
        self.is_listening = True
        self.probes: deque[Channel] = deque()
        super().__init__(
            application,
            map={},
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )

    def add_task(self, task: Channel) -> None:
        """Have a request answered by a thread; a probe by the loop, which holds a lock of the connection just now."""
        if task.requests[0].path.endswith("/healthz") and not task.requests[0].error:
            self.probes.append(task)
        else:
            super().add_task(task)

    def maintenance(self, now: float) -> None:
        """Close connections that idle, or whose request does not come to its end."""
        self.is_alive()
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.is_late:
                channel.will_close = True

    def run(self) -> None:
        """Serve until told to end; then let what runs come to its end, for some seconds."""
        while not self.is_over():
            wasyncore.loop(timeout=1.0, use_poll=True, map=self._map, count=1)
            while self.probes:
                self.probes.popleft().service()
        wasyncore.close_all(self._map)

    def end_on_signals(self) -> None:
        """End on a SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)

    def end(self, *_: object) -> None:
        """Take no further requests. A second call, which may come when all is closed, does nothing."""
        if self.ends_at is None:
            self.ends_at = time.monotonic() + GRACE
            with suppress(OSError):  # the loop has seen it already, and closed everything
                self.pull_trigger()

    def is_over(self) -> bool:
        """Tell whether it is time to end: nothing runs any more, or the time for it is over."""
        if self.ends_at is None:
            return False
        if self.is_listening:
            self.is_listening = False
            self.del_channel()
            self.socket.close()
        return time.monotonic() > self.ends_at or not any(channel.is_busy for channel in self.active_channels.values())


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address; port 0 takes a free one.

    Raises:
        OSError: the address cannot be had.
    """
    family, _, _, _, address = socket.getaddrinfo(host or "0.0.0.0", port, type=socket.SOCK_STREAM)[0]  # noqa: S104
    listener = socket.create_server(address, family=family, backlog=1024)
    listener.setblocking(False)
    return listener


def is_taken(error: OSError) -> bool:
    """Tell whether an address cannot be had since somebody has it."""
    return error.errno == errno.EADDRINUSE
