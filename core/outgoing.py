"""Requests to other servers: exactly the configured host, with a deadline and a bound on what is read.

Redirects are not followed: they lead to a host that nobody configured. Neither a proxy nor a .netrc of the machine is
used. Certificates are files only while a request lasts, since TLS reads them from nowhere else.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError

from core.deadline import Deadline, DeadlineAdapter, deadline

TLS_ONLY = "Use an https:// URL."
BROKEN_OFF = "It may have been restarted, or a proxy in between cut it short; try again."
CONNECT_SECONDS = 2.0
CHUNK = 65_536


class OutgoingFailure(Exception):
    """Another server gave nothing usable: what happened, and what to do about it."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.advice = sentence, advice


@dataclass(frozen=True)
class Access:
    """How to authenticate to another server. Secrets are never part of its repr."""

    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    ca_pem: str = field(default="", repr=False)
    certificate_pem: str = field(default="", repr=False)
    key_pem: str = field(default="", repr=False)
    verify: bool = True


@dataclass(frozen=True)
class Answer:
    """What another server said, whatever its status."""

    status: int
    content_type: str
    location: str
    text: str


def exchange(
    url: str,
    access: Access | None = None,
    *,
    seconds: float,
    max_bytes: int,
    method: str = "GET",
    data: Mapping[str, str] | bytes | None = None,
) -> Answer:
    """Send a request and return the answer.

    Args:
        url: where to.
        access: how to authenticate.
        seconds: the deadline for all of it.
        max_bytes: how many bytes an answer may have.
        method: of HTTP.
        data: fields of a form, or a body whose type is among the headers of ``access``.

    Raises:
        OutgoingFailure: no whole answer in time.
    """
    access = access or Access()
    with (
        deadline(seconds) as limit,
        _session(access) as session,
        _requested(session, access, (method, url), data, seconds, limit) as response,
    ):
        body = bytearray()
        try:
            # Reads what is available: iter_content would wait for a whole chunk, however long that takes.
            while chunk := response.raw.read1(CHUNK, decode_content=True):
                body += chunk
                if len(body) > max_bytes:
                    raise OutgoingFailure(
                        f"The response of {url} is larger than {max_bytes:,} bytes.", "Check the URL."
                    )
        except (requests.RequestException, HTTPError, OSError) as error:
            if limit.is_over:
                raise _unfinished(url, seconds) from error
            # A TLS server answers plain HTTP with an error, and hangs up: which of the two arrives first varies.
            plain = url.startswith("http:") and response.status_code == HTTPStatus.BAD_REQUEST
            raise OutgoingFailure(
                f"{url} closed the connection during its response.", TLS_ONLY if plain else BROKEN_OFF
            ) from error
        if limit.is_over:  # which may be why there is no more
            raise _unfinished(url, seconds)
        kind, location = response.headers.get("Content-Type", ""), response.headers.get("Location", "elsewhere")
        return Answer(response.status_code, kind, location, body.decode("utf-8", "replace"))


def _unfinished(url: str, seconds: float) -> OutgoingFailure:
    return OutgoingFailure(f"{url} did not finish its response within {seconds:g} s.")


@contextlib.contextmanager
def _session(access: Access) -> Iterator[requests.Session]:
    """Yield a session; certificates are files only while it lasts, since TLS reads them from nowhere else."""
    with tempfile.TemporaryDirectory() as folder, requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, DeadlineAdapter())
        session.trust_env = False  # neither a proxy nor a .netrc of the machine: exactly what was configured
        session.headers.update({"User-Agent": "kafkaadmin", **dict(access.headers)})
        if access.token:
            session.headers["Authorization"] = f"Bearer {access.token}"
        elif access.username:
            session.auth = (access.username, access.password)
        session.verify = _file(folder, "ca.pem", access.ca_pem) or access.verify
        if not access.verify:
            session.verify = False
        if access.certificate_pem:
            session.cert = (
                _file(folder, "user.pem", access.certificate_pem),
                _file(folder, "user.key", access.key_pem),
            )
        yield session


def _file(folder: str, name: str, text: str) -> str:
    if not text:
        return ""
    path = Path(folder) / name
    path.touch(mode=0o600)
    path.write_text(text)
    return str(path)


def _requested(
    session: requests.Session,
    access: Access,
    target: tuple[str, str],
    data: Mapping[str, str] | bytes | None,
    seconds: float,
    limit: Deadline,
) -> requests.Response:
    method, url = target
    timeout = (min(CONNECT_SECONDS, seconds), seconds)
    try:
        return session.request(method, url, data=data, timeout=timeout, stream=True, allow_redirects=False)
    except requests.RequestException as error:
        raise _failure_of(error, url, access, seconds, is_late=limit.is_over) from error
    except ValueError as error:
        raise OutgoingFailure(f"The request to {url} failed.", str(error)) from error


def _failure_of(
    error: requests.RequestException, url: str, access: Access, seconds: float, *, is_late: bool
) -> OutgoingFailure:
    """Return what an error of requests means, of which several say that the deadline has closed the connection."""
    if is_late or isinstance(error, requests.Timeout):
        return OutgoingFailure(
            f"{url} did not respond within {seconds:g} s.", "It may be overloaded, or blocked by a firewall."
        )
    if isinstance(error, requests.exceptions.SSLError):
        return OutgoingFailure(f"{url} {_tls_trouble(error, access)}", _reason(error))
    if isinstance(error, requests.ConnectionError):
        return OutgoingFailure(f"{url} is unreachable.", _reason(error))
    return OutgoingFailure(f"The request to {url} failed.", str(error))


def _tls_trouble(error: Exception, access: Access) -> str:
    """Return what went wrong between the two ends of TLS.

    With TLS 1.3 a server refuses a client certificate, or the lack of one, after the handshake: by an alert, or, when
    we write faster than it does, by closing the connection.
    """
    text = str(error)
    if "alert" in text or "EOF" in text:
        has = "rejects the client certificate" if access.certificate_pem else "requires a client certificate"
        return f"closes the connection during the TLS handshake: it probably {has}."
    return "has a certificate that is not trusted." if "CERTIFICATE" in text else "does not speak TLS."


def _reason(error: Exception) -> str:
    """Return advice for the innermost cause of a network error."""
    text = str(error)
    for sign, advice in (
        ("self-signed", "It is self-signed: enter its CA certificate, or disable verification."),
        ("CERTIFICATE_VERIFY_FAILED", "Enter the CA certificate that signed it."),
        ("alert", "Enter a client certificate that it accepts, and its key."),
        ("EOF", "Enter a client certificate that it accepts, and its key."),
        ("WRONG_VERSION_NUMBER", "It does not speak TLS: is it http, not https?"),
        ("Name or service not known", "Its host name cannot be resolved."),
        ("getaddrinfo", "Its host name cannot be resolved."),
        ("refused", "Nothing is listening there: check host and port."),
    ):
        if sign in text:
            return advice
    return "Check the URL, and the network in between."
