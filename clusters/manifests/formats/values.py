"""Reading plain data: each function returns a value of one type, or refuses what is another, naming its place. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from clusters.acls.templates import CLUSTER_NAME, OPERATIONS
from clusters.gateway.access.acls import Acl
from clusters.manifests.resources import NotAManifest

LONGEST = 512  # characters of a name
MOST_NUMBER = 2**31 - 1
ALL_OPERATIONS = frozenset(operation for operations in OPERATIONS.values() for operation in operations)


def mapping(value: Any, place: str) -> dict[Any, Any]:
    """Return a mapping; nothing at all is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotAManifest(f"{place}: a mapping is expected.")
    return value


def listed(value: Any, place: str) -> list[Any]:
    """Return a list; nothing at all is an empty one, and a single text a list of it."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise NotAManifest(f"{place}: a list is expected.")
    return value


def text(value: Any, place: str) -> str:
    """Return a text that is not empty; numbers count as their digits."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value):
        raise NotAManifest(f"{place}: a text is expected.")
    if len(str(value)) > LONGEST:
        raise NotAManifest(f"{place}: at most {LONGEST} characters are expected.")
    return str(value)


def number(value: Any, place: str) -> int | None:
    """Return a positive whole number, also one in quotes; None where there is none."""
    if value is None:
        return None
    digits = str(value)
    if isinstance(value, bool) or not digits.isdecimal() or not 0 < int(digits[:11]) <= MOST_NUMBER:
        raise NotAManifest(f"{place}: a positive whole number is expected.")
    return int(digits)


def rate(value: Any, place: str) -> float:
    """Return a positive number, also one in quotes."""
    try:
        result = float(value) if not isinstance(value, bool) else 0.0
    except (TypeError, ValueError):
        result = 0.0
    if not 0 < result <= 2**62:
        raise NotAManifest(f"{place}: a number greater than 0 is expected.")
    return result


def configs(value: Any, place: str) -> dict[str, str]:
    """Return configs as Kafka takes them: YAML's booleans in small letters, lists with commas."""
    return {text(key, place): config(each, f"{place}.{key}") for key, each in mapping(value, place).items()}


def config(value: Any, place: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(config(each, place) for each in value)
    if not isinstance(value, str | int | float):
        raise NotAManifest(f"{place}: a plain value is expected.")
    return str(value)


def acl(fields: Mapping[str, Any], place: str) -> Acl:
    """Return an ACL of its seven fields, of which host, permission and pattern type have defaults.

    Raises:
        NotAManifest: one is missing, or not among Kafka's.
    """
    principal = text(fields.get("principal"), f"{place}.principal")
    if not all(principal.partition(":")):
        raise NotAManifest(f"{place}.principal: the form Type:name is expected, e.g. User:orders.")
    kind = chosen(fields.get("resource_type"), OPERATIONS, f"{place}.resource_type")
    operation = chosen(fields.get("operation"), OPERATIONS[kind], f"{place}.operation")
    name = CLUSTER_NAME if kind == "CLUSTER" else text(fields.get("resource_name"), f"{place}.resource_name")
    return Acl(
        principal,
        text(fields.get("host") or "*", f"{place}.host"),
        operation,
        chosen(fields.get("permission") or "ALLOW", ("ALLOW", "DENY"), f"{place}.permission"),
        kind,
        name,
        chosen(fields.get("pattern_type") or "LITERAL", ("LITERAL", "PREFIXED"), f"{place}.pattern_type"),
    )


def chosen(value: Any, choices: Iterable[str], place: str) -> str:
    """Return one of some names, which may be written in small letters, with capitals within, or with hyphens."""
    by_letters = {letters(choice): choice for choice in choices}
    choice = by_letters.get(letters(str(value or "")))
    if choice is None:
        raise NotAManifest(f"{place}: one of {', '.join(by_letters.values())} is expected.")
    return choice


def letters(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
