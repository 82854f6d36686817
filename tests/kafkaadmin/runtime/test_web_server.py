"""Slow, silent and greedy clients cost a connection each, and hold up nobody."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from kafkaadmin.runtime import web_server
from kafkaadmin.runtime.web_server import BODY_BYTES, WebServer, listen
from tests.kafka.waiting import eventually

UNFINISHED = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"
Ask = Callable[[bytes], socket.socket]


class Application:
    """Says how many bytes it was sent; ``/wait`` waits until it is told to go on."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/wait":
            self.go_on.wait(60)
        if environ["PATH_INFO"] == "/large":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return (b"x" * 100_000 for _ in range(20))
        body = str(len(environ["wsgi.input"].read())).encode()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def server(application: Application) -> Iterator[WebServer]:
    served = WebServer(application, listen("127.0.0.1", 0), 2, is_alive=lambda: None)
    thread = threading.Thread(target=served.run)
    thread.start()
    yield served
    application.go_on.set()
    served.end()
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def ask(server: WebServer) -> Iterator[Ask]:
    """Open a connection and send something."""
    connections: list[socket.socket] = []

    def send(data: bytes) -> socket.socket:
        connections.append(socket.create_connection(("127.0.0.1", int(server.effective_port)), 10))
        connections[-1].sendall(data)
        return connections[-1]

    yield send
    for connection in connections:
        connection.close()


def request(path: str = "/", *headers: str, body: bytes = b"") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: here", "Connection: close", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def said(connection: socket.socket) -> bytes:
    """Return all that is said until the server closes."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("beginning", [b"", b"GET / HTT", UNFINISHED])
def test_two_hundred_slow_clients_hold_nobody_up(ask: Ask, application: Application, beginning: bytes) -> None:
    for _ in range(200):
        ask(beginning)
    assert said(ask(request(body=b"hello"))).endswith(b"\r\n\r\n5")
    assert application.asked == ["/"]


def test_a_request_that_does_not_come_to_its_end_is_dropped(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = ask(UNFINISHED)
    monkeypatch.setattr(web_server, "REQUEST_SECONDS", 0)
    assert said(slow) == b""


def test_a_probe_is_answered_while_every_thread_waits(ask: Ask, application: Application) -> None:
    waiting = [ask(request("/wait")) for _ in range(6)]
    eventually(lambda: application.asked.count("/wait") == 2)
    assert said(ask(request("/healthz"))).startswith(b"HTTP/1.1 200")
    application.go_on.set()
    assert all(said(connection).startswith(b"HTTP/1.1 200") for connection in waiting)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(ask: Ask, application: Application) -> None:
    promise = f"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {BODY_BYTES + 1}\r\n\r\n"
    assert said(ask(promise.encode())).startswith(b"HTTP/1.1 413")
    assert application.asked == []


def test_a_client_that_does_not_read_leaves_the_threads_to_others(ask: Ask, application: Application) -> None:
    for _ in range(10):
        ask(request("/large"))
    assert said(ask(request(body=b"hello"))).endswith(b"\r\n\r\n5")


def test_what_runs_when_the_server_ends_is_answered(server: WebServer, ask: Ask, application: Application) -> None:
    waiting = ask(request("/wait"))
    eventually(lambda: "/wait" in application.asked)
    server.end()
    application.go_on.set()
    assert said(waiting).endswith(b"\r\n\r\n0")


def test_being_told_to_end_again_when_all_is_closed_does_no_harm(server: WebServer) -> None:
    server.end()
    eventually(lambda: not server._map)
    server.end()
