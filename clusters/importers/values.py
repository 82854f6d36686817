"""Values as Spring and Kafka's clients accept them; what is not understood is refused, not guessed. Pure."""

import re
from typing import Any
from urllib.parse import urlsplit

from clusters.formats.masking.rules import MaskingError, masking_entries
from clusters.formats.rules import read_rules
from clusters.gateway.access.principals import principal_lines
from clusters.gateway.clients.connection import MECHANISMS as MECHANISMS
from clusters.gateway.clients.connection import PROTOCOLS as PROTOCOLS
from clusters.importers.types import ImportRefused

TRUE, FALSE = {"true", "on", "yes", "1"}, {"false", "off", "no", "0"}
ENVIRONMENTS = {
    "": "", "none": "",
    "dev": "dev", "devel": "dev", "development": "dev",
    "stage": "staging", "staging": "staging", "stg": "staging",
    "prod": "production", "production": "production", "prd": "production", "live": "production",
}  # fmt: skip
LISTENER = re.compile(r"^\s*[A-Za-z][\w.-]*://")
LONGEST = 200  # characters of an address


def boolean(value: object, path: str, *, default: bool = False) -> bool:
    """Return a boolean as Spring reads it; the default for nothing.

    Raises:
        ImportRefused: it is neither.
    """
    word = "" if value is None else str(value).strip().lower()
    if word in TRUE | FALSE:
        return word in TRUE
    if word:
        raise ImportRefused(f"{path}: “{value}” is neither true nor false.")
    return default


def text(value: object, path: str) -> str:
    """Return a text, also for a number; empty for nothing.

    Raises:
        ImportRefused: it is a list or a mapping.
    """
    if isinstance(value, list | dict):
        raise ImportRefused(f"{path} is not a string.")
    return "" if value is None else str(value)


def environment(value: object, path: str) -> str:
    """Return one of our environments' names.

    Raises:
        ImportRefused: there is no such value.
    """
    name = text(value, path).strip()
    if name.lower() not in ENVIRONMENTS:
        raise ImportRefused(f"{path}: “{name}” is none of dev, staging and production.")
    return ENVIRONMENTS[name.lower()]


def protocol(value: str, path: str) -> str:
    """Return a security protocol; Java accepts it in any case.

    Raises:
        ImportRefused: there is no such value.
    """
    if value.strip().upper() not in PROTOCOLS:
        raise ImportRefused(f"{path}: “{value}” is none of {', '.join(sorted(PROTOCOLS))}.")
    return value.strip().upper()


def servers(value: object, path: str) -> str:
    """Return bootstrap servers separated by commas; Java allows a listener's ``PLAINTEXT://`` before each.

    Raises:
        ImportRefused: there are none.
    """
    parts = value if isinstance(value, list) else text(value, path).split(",")
    addresses = [LISTENER.sub("", text(part, path)).strip() for part in parts]
    joined = ",".join(filter(None, addresses))
    if not joined:
        raise ImportRefused(f"{path} has no server.")
    return joined


def format_rules(value: object, path: str) -> str:
    """Return formats of records as lines, of text or of a list.

    Raises:
        ImportRefused: a line is no rule.
    """
    lines = "\n".join(text(part, path) for part in (value if isinstance(value, list) else [value]))
    try:
        read_rules(lines)
    except ValueError as error:
        raise ImportRefused(f"{path}: {error}") from error
    return lines.strip()


def super_users(value: object, path: str) -> str:
    """Return principals as lines, of text or of a list.

    Raises:
        ImportRefused: one of them is no principal.
    """
    lines = "\n".join(text(part, path) for part in (value if isinstance(value, list) else [value]))
    try:
        return principal_lines(lines)
    except ValueError as error:
        raise ImportRefused(f"{path}: {error}") from error


def masking(value: object, path: str) -> list[Any]:
    """Return rules of masking: what would not mask must not be passed over.

    Raises:
        ImportRefused: one of them is not understood.
    """
    try:
        return masking_entries(value)
    except MaskingError as error:
        raise ImportRefused(f"{path}: {error}") from error


def web_address(value: str, path: str) -> None:
    """Refuse what is not a web address, or too long.

    Raises:
        ImportRefused: it is not acceptable.
    """
    try:
        parts = urlsplit(value)
        is_valid = not value or (parts.scheme in {"http", "https"} and bool(parts.hostname))
    except ValueError:
        is_valid = False
    if not is_valid or len(value) > LONGEST:
        raise ImportRefused(f"{path}: not a URL, e.g. https://login.example.com/token.")
