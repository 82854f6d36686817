"""One request to a source of metrics, and the time that several of them share."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from core.outgoing import TLS_ONLY, Access, Answer, OutgoingFailure, exchange
from core.web.formats import plural

TOO_LITTLE = 0.05  # seconds: too short for a request
T = TypeVar("T")


class SourceFailure(OutgoingFailure):
    """A source of metrics gave nothing usable: what happened, and what to do about it."""


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
        before = f", after {plural(self.answered, 'successful request')}" if self.answered else ""
        sentence = f"{url} did not answer in time{before}: the limit for all requests together is {self.seconds:g} s."
        return SourceFailure(sentence, "It may be overloaded, or blocked by a firewall.")


def fetch(
    url: str, access: Access, *, seconds: float, max_bytes: int, form: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Return an answer's content type and text; posts ``form`` where one is given.

    Raises:
        SourceFailure: no answer in time, or none that is usable.
    """
    method = "GET" if form is None else "POST"
    try:
        response = exchange(url, access, seconds=seconds, max_bytes=max_bytes, method=method, data=form)
    except OutgoingFailure as failure:
        raise SourceFailure(failure.sentence, failure.advice) from failure
    return response.content_type, _checked(response, url)


def _checked(response: Answer, url: str) -> str:
    status, text = response.status, response.text
    if status in {401, 403}:
        raise SourceFailure(f"{url} denies access ({status}).", "Check user name and password, or the token.")
    if 300 <= status < 400:
        sentence = f"{url} redirects to {response.location}; redirects are not followed."
        raise SourceFailure(sentence, "Configure the final URL.")
    if status == 404:
        raise SourceFailure(f"{url} was not found (404).", "Check the path; a Prometheus behind a proxy has a prefix.")
    if status == 400 and "HTTP request to an HTTPS server" in text:
        raise SourceFailure(f"{url} only accepts TLS.", TLS_ONLY)
    if status >= 400 and "json" not in response.content_type:
        raise SourceFailure(f"{url} returned status {status}.", text[:200])
    return text
