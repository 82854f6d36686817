"""Requests to a server with an API of JSON: exactly the configured addresses, with one deadline for all of them."""

import json
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote

from clusters.gateway.clients import oauth
from clusters.gateway.errors import (
    AuthenticationFailed,
    InvalidRequest,
    KafkaFailure,
    NotAuthorized,
    TlsFailed,
    Unreachable,
)
from core.outgoing import Access, Answer, OutgoingFailure, exchange

SECONDS = 4.0
NOT_REACHED = "is unreachable."  # ends the sentence where nothing was sent
SLOW = "It may be overloaded, or blocked by a firewall."
OTHER_NAME = "Choose another name."
TRY_LATER = "Try again in a while."


class TooManyRequests(Unreachable):
    """The server wants to be left alone for now."""


class Denied(NotAuthorized):
    """The server knows us, and does not let us do this; it may let us do something else."""


@dataclass(frozen=True)
class RestConnection:
    """How to reach a server, of whose addresses, separated by commas, the first one that can be reached is asked.

    Secrets are never part of its repr.
    """

    HEADERS: ClassVar[tuple[tuple[str, str], ...]]  # of every request
    NAME: ClassVar[str]  # begins what is said of the server
    CHECK_OAUTH: ClassVar[str]  # what to do where there is no token to be had

    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca_pem: str = field(default="", repr=False)
    certificate_pem: str = field(default="", repr=False)
    key_pem: str = field(default="", repr=False)
    verify: bool = True
    oauth_token_url: str = ""
    oauth_client_id: str = ""
    oauth_client_secret: str = field(default="", repr=False)
    oauth_scope: str = ""

    def access(self, seconds: float = SECONDS) -> Access:
        """Return how to authenticate, with a token of the token endpoint where there is one.

        Raises:
            AuthenticationFailed: the endpoint gives none.
        """
        return Access(
            username=self.username,
            password=self.password,
            token=self.token_of_endpoint(seconds) if self.oauth_token_url else self.token,
            headers=self.HEADERS,
            ca_pem=self.ca_pem,
            certificate_pem=self.certificate_pem,
            key_pem=self.key_pem,
            verify=self.verify,
        )

    def token_of_endpoint(self, seconds: float) -> str:
        try:
            return oauth.token_for(self, seconds)
        except (OSError, ValueError) as error:
            raise AuthenticationFailed(f"{self.NAME}: no access token: {error}", self.CHECK_OAUTH) from error


class RestClient(ABC):
    """Asks one server. All requests together have one deadline, which none of them may use up alone where ``each`` is
    less; the first failure to reach it is the last request.
    """

    max_bytes: int  # of an answer
    SERVER: ClassVar[str]  # begins what is said of one address
    CHECK_SIGN_IN: ClassVar[str]  # what to do where it does not know us
    CHECK_RIGHTS: ClassVar[str]  # what to do where it does not let us do something

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
            except TooManyRequests as failure:
                self.failure = failure
            except Denied:
                self.denied()
                raise
            except OutgoingFailure as failure:
                self.move_on(failure, may_repeat=method == "GET" or failure.sentence.endswith(NOT_REACHED))
        raise self.failure

    def require_admitted(self, response: Answer, said: str) -> None:
        """Refuse an answer of a server that does not let us in, or sends us elsewhere; ``said`` are its own words.

        Raises:
            AuthenticationFailed: it does not know us.
            Denied: it knows us.
            TooManyRequests: it wants to be left alone.
            InvalidRequest: it redirects.
        """
        server = f"{self.SERVER} {self.address}"
        if response.status == 401:
            raise AuthenticationFailed(f"{server} denies access (401).", self.CHECK_SIGN_IN)
        if response.status == 403:
            raise Denied(f"{server} denies access (403). {said}".strip(), self.CHECK_RIGHTS)
        if response.status == 429:
            raise TooManyRequests(f"{server} gets too many requests (429).", TRY_LATER)
        if 300 <= response.status < 400:
            sentence = f"{server} redirects to {response.location}; redirects are not followed."
            raise InvalidRequest(sentence, "Enter the final URL.")

    def denied(self) -> None:
        """Forget what the server did not accept."""
        oauth.forget_token(self.connection)

    def move_on(self, failure: OutgoingFailure, *, may_repeat: bool) -> None:
        """Go on with the next address, if there is one; else remember why the last one cannot be reached.

        A change that may have been made already is not asked for again.
        """
        kind = TlsFailed if "certificate" in failure.sentence or "TLS" in failure.sentence else Unreachable
        following = self.addresses[self.addresses.index(self.address) + 1 :]
        if following and may_repeat:
            self.address = following[0]
        else:
            self.failure = kind(f"{self.connection.NAME}: {failure.sentence}", failure.advice or SLOW)

    @abstractmethod
    def checked(self, response: Answer, subject: str, feature: str) -> Any:
        """Return an answer's JSON.

        Raises:
            KafkaFailure: the server refuses, or is none of its kind.
        """


def segment(name: str) -> str:
    """Return a name as one segment of an address.

    Raises:
        InvalidRequest: no address has such a segment: it would be about another resource, or is no text.
    """
    if name in {".", ".."}:
        raise InvalidRequest(f"The server has no address for what is called “{name}”.", OTHER_NAME)
    try:
        return quote(name, safe="")
    except UnicodeEncodeError as error:
        raise InvalidRequest("The server has no address for a name with half a character.", OTHER_NAME) from error


def parsed(text: str) -> Any:
    """Return JSON; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
