"""Requests to a server with an API of JSON: exactly the configured addresses, with one deadline for all of them."""

import json
import time
from abc import ABC, abstractmethod
from typing import Any, Protocol

from clusters.gateway.errors import AuthenticationFailed, KafkaFailure, TlsFailed, Unreachable
from core.outgoing import Access, Answer, OutgoingFailure, exchange

SECONDS = 4.0
NOT_REACHED = "is unreachable."  # ends the sentence where nothing was sent
SLOW = "It may be overloaded, or blocked by a firewall."


class RestConnection(Protocol):
    """How to reach a server, of whose addresses, separated by commas, the first one that can be reached is asked."""

    @property
    def url(self) -> str: ...

    def access(self, seconds: float) -> Access:
        """Return how to authenticate.

        Raises:
            AuthenticationFailed: there is no token to be had.
        """


class RestClient(ABC):
    """Asks one server. All requests together have one deadline, which none of them may use up alone where ``each`` is
    less; the first failure to reach it is the last request.
    """

    name: str  # begins what is said of the server
    max_bytes: int  # of an answer

    def __init__(self, connection: RestConnection, *, seconds: float = SECONDS, each: float = SECONDS) -> None:
        self.connection, self.deadline, self.each = connection, time.monotonic() + seconds, each
        self.addresses = [part.strip().rstrip("/") for part in connection.url.split(",")]
        self.address = self.addresses[0]
        self.failure: KafkaFailure | None = None
        self.requests = 0

    @property
    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()

    def get(self, path: str, subject: str = "") -> Any:
        """Raises KafkaFailure: with the cause."""
        return self.send("GET", path, subject)

    def send(self, method: str, path: str, subject: str = "", *, body: Any = None, feature: str = "") -> Any:
        """Return what the server answers, as JSON.

        Args:
            method: of HTTP.
            path: below the address.
            subject: what it is about, for the message where there is no such thing.
            body: of the request, which is sent as JSON.
            feature: names what not every server's API has.

        Raises:
            KafkaFailure: with the cause.
        """
        data = None if body is None else json.dumps(body).encode()
        while not self.failure:
            seconds = max(0.1, round(min(self.seconds_left, self.each), 1))
            self.requests += 1
            try:
                access = self.connection.access(seconds)
                response = exchange(
                    self.address + path, access, seconds=seconds, max_bytes=self.max_bytes, method=method, data=data
                )
                return self.checked(response, subject, feature)
            except AuthenticationFailed as failure:
                self.failure = failure
                self.denied()
            except OutgoingFailure as failure:
                self.move_on(failure, may_repeat=method == "GET" or failure.sentence.endswith(NOT_REACHED))
        raise self.failure

    def denied(self) -> None:  # noqa: B027 - most have nothing to forget
        """Forget what the server did not accept."""

    def move_on(self, failure: OutgoingFailure, *, may_repeat: bool) -> None:
        """Go on with the next address, if there is one; else remember why the last one cannot be reached.

        A change that may have been made already is not asked for again.
        """
        kind = TlsFailed if "certificate" in failure.sentence or "TLS" in failure.sentence else Unreachable
        following = self.addresses[self.addresses.index(self.address) + 1 :]
        if following and may_repeat:
            self.address = following[0]
        else:
            self.failure = kind(f"{self.name}: {failure.sentence}", failure.advice or SLOW)

    @abstractmethod
    def checked(self, response: Answer, subject: str, feature: str) -> Any:
        """Return an answer's JSON.

        Raises:
            KafkaFailure: the server refuses, or is none of its kind.
        """


def parsed(text: str) -> Any:
    """Return JSON; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
