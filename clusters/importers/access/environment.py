"""kafka-ui's ``auth``, ``rbac`` and directory settings from the environment, on top of those of a file. Pure."""

from collections.abc import Mapping
from typing import Any

from clusters.importers.shapes import relaxed

ROOTS = ("AUTH_", "RBAC_", "SPRING_LDAP_", "SPRING_SECURITY_USER_", "OAUTH2_LDAP_")
CLIENT = "AUTH_OAUTH2_CLIENT_"
CUSTOM = "CUSTOMPARAMS"


def overlaid(document: object, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return a document with the variables' values in place of its own; numbers of lists are keys of mappings."""
    result: dict[str, Any] = normal(document) if isinstance(document, Mapping) else {}
    for name, value in sorted(environment.items()):
        if name.upper().startswith(ROOTS):
            put(result, way(name.upper()), value)
    return result


def normal(value: object) -> Any:
    """Return mappings with lists as mappings from numbers, so that variables can replace single entries."""
    if isinstance(value, Mapping):
        return {key: normal(inner) for key, inner in value.items()}
    return {number: normal(inner) for number, inner in enumerate(value)} if isinstance(value, list) else value


def way(name: str) -> list[str]:
    """Return the keys that lead to a variable's place. A key of several words has underscores or none."""
    if not name.startswith(CLIENT):
        words = name.split("_")
        if words[:2] in (["SPRING", "LDAP"], ["OAUTH2", "LDAP"]):
            return [words[0], words[1], "".join(words[2:])]
        return words
    client, _, rest = name.removeprefix(CLIENT).partition("_")
    rest = rest.replace("-", "")
    key = rest.replace("_", "")
    head = ["AUTH", "OAUTH2", "CLIENT", client]
    if key.startswith(CUSTOM):
        return [*head, CUSTOM, key.removeprefix(CUSTOM)]
    if rest.startswith("SCOPE_"):
        return [*head, "SCOPE", rest.removeprefix("SCOPE_")]
    return [*head, key]


def put(target: dict[Any, Any], path: list[str], value: str) -> None:
    """Put a value at its place, under the keys that are there already however they are spelled."""
    for number, word in enumerate(path):
        key = key_in(target, word)
        if number == len(path) - 1:
            target[key] = value
        else:
            inner = target.get(key)
            target[key] = inner if isinstance(inner, dict) else {}
            target = target[key]


def key_in(target: Mapping[Any, Any], word: str) -> Any:
    if word.isdecimal():
        return int(word)
    return next((key for key in target if relaxed(key) == relaxed(word)), word.lower())
