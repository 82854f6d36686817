"""Servers that misbehave, for what a well-behaved source never does."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """A request, with the bytes that were posted."""

    body = b""


Answer = Callable[[Handler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve one way to answer everything, and give the address."""

    class Answering(Handler):
        def do_GET(self) -> None:
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def says(text: str, kind: str = "application/json", status: int = 200, **headers: str) -> Answer:
    """Answer with a text."""

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer


def hangs(handler: Handler) -> None:
    """Never answer."""
    time.sleep(60)


def drips(handler: Handler) -> None:
    """Answer without end, a little at a time."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"# nothing\n" * 100)
        time.sleep(0.2)


def floods(handler: Handler) -> None:
    """Answer with a hundred megabytes."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(b"x" * 100_000)
