"""A client of kafkaadmin's API for the command line: where it is, which token, and what went wrong."""

import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import click
from django.core.exceptions import ImproperlyConfigured

from core import environment as env
from core.outgoing import Access, Answer, OutgoingFailure, exchange
from core.variables import VARIABLES

DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show the planned changes.")
F = TypeVar("F", bound=Callable[..., Any])
TIMEOUT = 60  # seconds
MAX_BYTES = 100_000_000  # of an answer: a list comes in pages of 1,000
TAKEN = {"new", ".", ".."}  # names with a special meaning in addresses


class Failed(click.ClickException):
    """The API refused; the exit status is 1. Wrong arguments are click's, with 2."""


class Waits(Failed):
    """Nothing was changed: a second person has to approve it."""

    exit_code = 4


class Silent(Failed):
    """There was no answer that can be understood."""

    exit_code = 3


def segment(name: str) -> str:
    """Return a name as one segment of an address."""
    return quote(f"~{name}" if name.lstrip("~") in TAKEN else name, safe="")


class Remote:
    """One cluster of a kafkaadmin, or what belongs to none, as its API shows it to a token."""

    def __init__(self, url: str, token: str, cluster: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise click.UsageError(f"{url} is not a URL: it must start with http:// or https://.")
        self.url, self.token = url.rstrip("/"), token
        self.cluster = f"/clusters/{segment(cluster)}" if cluster else ""

    def __call__(
        self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None, seconds: float = TIMEOUT
    ) -> Any:
        """Return the API's answer for an address below the cluster.

        Raises:
            Failed: it refused, or did not answer.
        """
        text = self.text(method, path, query, body, seconds)
        try:
            return json.loads(text)
        except ValueError as error:
            raise Silent(f"{self.url} does not respond like kafkaadmin: {error}. Check --url.") from error

    def text(
        self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None, seconds: float = TIMEOUT
    ) -> str:
        """Return the API's answer as it is, such as a file.

        Raises:
            Failed: it refused, or did not answer.
        """
        query_string = urlencode(
            {name: value for name, value in (query or {}).items() if value not in (None, "", False)}, doseq=True
        )
        address = f"{self.url}/api/v1{self.cluster}{path}" + (f"?{query_string}" if query_string else "")
        access = Access(token=self.token, headers=(("Content-Type", "application/json"),))
        data = None if body is None else json.dumps(body).encode()
        try:
            response = exchange(address, access, seconds=seconds, max_bytes=MAX_BYTES, method=method, data=data)
        except OutgoingFailure as failure:
            reason = f"{failure.sentence} {failure.advice}".strip()
            raise Silent(f"{self.url} does not respond like kafkaadmin: {reason} Check --url.") from failure
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise Failed(problem_of(response))
        if response.status == HTTPStatus.ACCEPTED:
            number = json.loads(response.text)["id"]
            raise Waits(f"Nothing is changed yet: a second person has to approve request {number}.")
        return response.text

    def every(self, path: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Return all rows of a list, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            part = self("GET", path, {**query, "limit": 1000, "cursor": cursor})
            yield from part["items"]
            cursor = part["next"]


def problem_of(response: Answer) -> str:
    """Return what the API says went wrong, and what to do."""
    try:
        problem = json.loads(response.text)
        return f"{problem['detail']} {problem.get('advice', '')}".strip()
    except (ValueError, KeyError, TypeError):
        return f"The response has status {response.status}. Check --url."


def remote_command(function: F) -> F:
    """Give a command the options for address, token, cluster and output format."""
    cluster = click.option(
        "--cluster", "-c", envvar="KAFKAADMIN_CLUSTER", required=True, help="The cluster's short name."
    )
    return cluster(clusterless_command(function))


def clusterless_command(function: F) -> F:
    """Give a command the options for address, token and output format."""
    options = (
        click.option("--url", envvar="KAFKAADMIN_URL", default=VARIABLES["KAFKAADMIN_URL"].default, show_default=True),
        click.option("--token", default="", help="Or KAFKAADMIN_TOKEN, or KAFKAADMIN_TOKEN_FILE."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def remote_of(url: str, token: str, cluster: str = "") -> Remote:
    """Return the cluster to talk to, or the kafkaadmin itself.

    Raises:
        UsageError: there is no token.
    """
    try:
        secret = (token or env.text("KAFKAADMIN_TOKEN")).strip()
    except ImproperlyConfigured as error:
        raise click.UsageError(str(error)) from error
    if not secret:
        raise click.UsageError("A token is required: create one in the browser, and set KAFKAADMIN_TOKEN.")
    if not (secret.isascii() and secret.isprintable()):
        raise click.UsageError("This is not a token: it contains illegal characters.")
    return Remote(url, secret, cluster)
