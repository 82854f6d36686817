"""A request to another server has one deadline, however the server drags it out."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from core.outgoing import OutgoingFailure, exchange

PARTS = {
    "the status": b"",
    "the headers": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "the body": b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n",
    "a body without end": b"HTTP/1.1 200 OK\r\n\r\n",
    "a chunk's length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "the handshake": b"\x16\x03\x03\x40\x00",
}


@pytest.fixture
def dripping(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of a server that sends something, and then a byte at a time until it is told to end."""
    end = threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65_536)
            try:
                connection.sendall(request.param)
                while not end.wait(0.05):
                    connection.sendall(b"1")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        end.set()
        thread.join(10)


@pytest.mark.parametrize(("part", "dripping"), list(PARTS.items()), ids=list(PARTS), indirect=["dripping"])
def test_a_byte_now_and_then_does_not_put_the_deadline_off(part: str, dripping: int) -> None:
    started, scheme = time.monotonic(), "https" if part == "the handshake" else "http"
    with pytest.raises(OutgoingFailure, match=r"did not (respond|finish its response) within 0\.5 s"):
        exchange(f"{scheme}://127.0.0.1:{dripping}/", seconds=0.5, max_bytes=1_000_000)
    assert time.monotonic() - started < 5
