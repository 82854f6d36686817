"""One request with a deadline and a size limit, to exactly the configured host."""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

import requests
from urllib3.exceptions import HTTPError

TLS_ONLY = "Begin its address with https."
CONNECT_SECONDS = 2.0
CHUNK = 65_536
TOO_LITTLE = 0.05  # seconds: too short for a request
T = TypeVar("T")


class SourceFailure(Exception):
    """A source of metrics gave nothing usable: what happened, and what to do about it."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.advice = sentence, advice


@dataclass(frozen=True)
class Access:
    """How to authenticate to a source. Secrets are never part of its repr."""

    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    ca_pem: str = field(default="", repr=False)
    certificate_pem: str = field(default="", repr=False)
    key_pem: str = field(default="", repr=False)
    verify: bool = True


class Budget:
    """The seconds that several requests share."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.answered, self._ends = seconds, 0, time.monotonic() + seconds

    def left(self) -> float:
        return self._ends - time.monotonic()

    def spend(self, call: Callable[[float], T], url: str) -> T:
        """Call with the seconds that are left, and wait no longer, whatever the call waits for.

        Raises:
            SourceFailure: they did not suffice.
        """
        left = self.left()
        if left < TOO_LITTLE:
            raise self._late(url)
        pool = ThreadPoolExecutor(1)
        try:
            result = pool.submit(call, left).result(timeout=left)
        except (TimeoutError, SourceFailure) as error:
            if self.left() < TOO_LITTLE:
                raise self._late(url) from error
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        self.answered += 1
        return result

    def _late(self, url: str) -> SourceFailure:
        before = f", after {self.answered} that it did answer" if self.answered else ""
        sentence = f"{url} did not answer in time{before}: all questions together have {self.seconds:g} s."
        return SourceFailure(sentence, "Is it overloaded, or blocked?")


def fetch(
    url: str, access: Access, *, seconds: float, max_bytes: int, form: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Return an answer's content type and text; posts ``form`` where one is given.

    Args:
        url: redirects are not followed, since they would lead to a host that nobody configured.
        access: how to authenticate.
        seconds: the deadline for all of it.
        max_bytes: how many bytes an answer may have.
        form: fields of a form to post.

    Raises:
        SourceFailure: no answer in time, or none that is usable.
    """
    started = time.monotonic()
    with _session(access) as session, _requested(session, access, url, form, seconds) as response:
        body = bytearray()
        try:
            # Reads what is available: iter_content would wait for a whole chunk, however long that takes.
            while chunk := response.raw.read1(CHUNK, decode_content=True):
                body += chunk
                if len(body) > max_bytes:
                    raise SourceFailure(
                        f"{url} answers with more than {max_bytes:,} bytes.", "Is this the right address?"
                    )
                if time.monotonic() - started > seconds:
                    raise SourceFailure(f"{url} did not finish its answer within {seconds:g} s.")
        except (requests.RequestException, HTTPError, OSError) as error:
            # A TLS server answers plain HTTP with an error, and hangs up: which of the two arrives first varies.
            plain = url.startswith("http:") and response.status_code == HTTPStatus.BAD_REQUEST
            raise SourceFailure(f"{url} broke off its answer.", TLS_ONLY if plain else str(error)) from error
        return response.headers.get("Content-Type", ""), _checked(response, url, body.decode("utf-8", "replace"))


@contextlib.contextmanager
def _session(access: Access) -> Iterator[requests.Session]:
    """Yield a session; certificates are files only while it lasts, since TLS reads them from nowhere else."""
    with tempfile.TemporaryDirectory() as folder, requests.Session() as session:
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
    session: requests.Session, access: Access, url: str, form: Mapping[str, str] | None, seconds: float
) -> requests.Response:
    method, data = ("POST", dict(form)) if form is not None else ("GET", None)
    timeout = (min(CONNECT_SECONDS, seconds), seconds)
    try:
        return session.request(method, url, data=data, timeout=timeout, stream=True, allow_redirects=False)
    except requests.exceptions.SSLError as error:
        raise SourceFailure(f"{url} {_tls_trouble(error, access)}", _reason(error)) from error
    except requests.Timeout as error:
        raise SourceFailure(f"{url} did not answer within {seconds:g} s.", "Is it overloaded, or blocked?") from error
    except requests.ConnectionError as error:
        raise SourceFailure(f"{url} cannot be reached.", _reason(error)) from error
    except (requests.RequestException, ValueError) as error:
        raise SourceFailure(f"{url} cannot be asked.", str(error)) from error


def _tls_trouble(error: Exception, access: Access) -> str:
    """Return what went wrong between the two ends of TLS.

    With TLS 1.3 a server refuses a client certificate, or the lack of one, after the handshake: by an alert, or, when
    we write faster than it does, by closing the connection.
    """
    text = str(error)
    if "alert" in text or "EOF" in text:
        has = "refuses our client certificate" if access.certificate_pem else "wants a client certificate"
        return f"breaks off TLS: it probably {has}."
    return "has a certificate that is not trusted." if "CERTIFICATE" in text else "does not speak TLS."


def _reason(error: Exception) -> str:
    """Return advice for the innermost cause of a network error."""
    text = str(error)
    for sign, advice in (
        ("self-signed", "It is self-signed: give its CA certificate, or switch verification off."),
        ("CERTIFICATE_VERIFY_FAILED", "Give the CA certificate that signed it."),
        ("alert", "Give a client certificate that it accepts, with its key."),
        ("EOF", "Give a client certificate that it accepts, with its key."),
        ("WRONG_VERSION_NUMBER", "It does not speak TLS: is it http, not https?"),
        ("Name or service not known", "Its name is not known here."),
        ("getaddrinfo", "Its name is not known here."),
        ("refused", "Nothing listens there: check host and port."),
    ):
        if sign in text:
            return advice
    return "Check the address, and what lies between."


def _checked(response: requests.Response, url: str, text: str) -> str:
    status = response.status_code
    if status in {401, 403}:
        raise SourceFailure(f"{url} refuses us ({status}).", "Check user name and password, or the token.")
    if 300 <= status < 400:
        where = response.headers.get("Location", "elsewhere")
        raise SourceFailure(f"{url} redirects to {where}, which is not followed.", "Configure the final address.")
    if status == 404:
        raise SourceFailure(f"{url} is not there (404).", "Check the path; a Prometheus behind a proxy has a prefix.")
    if status == 400 and "HTTP request to an HTTPS server" in text:
        raise SourceFailure(f"{url} speaks TLS only.", TLS_ONLY)
    if status >= 400 and "json" not in response.headers.get("Content-Type", ""):
        raise SourceFailure(f"{url} answers with status {status}.", text[:200])
    return text
