"""The file that KAFKAADMIN_SIGN_IN names: providers, directories, teams, and who needs a second factor."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.core.exceptions import ImproperlyConfigured

from core.rereading import PartlyUsable, note

KEYS = ("providers", "ldap", "teams", "second_factor")
T = TypeVar("T")


def read_file(path: str) -> dict[str, Any]:
    """Return the file's document.

    Raises:
        ImproperlyConfigured: it cannot be read, or has none of its keys.
    """
    note(path)
    try:
        document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ImproperlyConfigured(f"KAFKAADMIN_SIGN_IN cannot be read: {path}{line}: {error.problem}.") from error
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:  # e.g. a date that there is not
        raise ImproperlyConfigured(f"KAFKAADMIN_SIGN_IN cannot be read: {error}") from error
    if not isinstance(document, dict) or not set(KEYS) & document.keys():
        raise ImproperlyConfigured(f"{path} has none of the keys {', '.join(KEYS)}.")
    if unknown := sorted(str(key) for key in document.keys() - set(KEYS)):
        raise ImproperlyConfigured(
            f"{path}{line_of(path, unknown[0])}: unknown {', '.join(unknown)}. There are {', '.join(KEYS)}."
        )
    return document


def entries(path: str, key: str) -> list[dict[str, Any]]:
    """Return a list of the file, each with its fields; empty where there is none."""
    values = read_file(path).get(key)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise ImproperlyConfigured(
            f"{path}{line_of(path, key)}: no list of {key}, under the key {key}, each with its fields."
        )
    return values


def structured_in(entry: Mapping[str, Any]) -> str:
    """Return the names of fields whose values are no texts, separated by commas."""
    return ", ".join(str(key) for key, value in entry.items() if isinstance(value, dict | list | set))


@contextmanager
def naming(variable: str) -> Iterator[None]:
    """Say of what cannot be used which variable it comes from."""
    try:
        yield
    except ImproperlyConfigured as error:
        raise ImproperlyConfigured(f"{variable}: {error}") from error


def each_of(path: str, key: str, read: Callable[[Mapping[str, Any]], T]) -> list[T]:
    """Return what is read of each entry of a list of the file.

    Raises:
        PartlyUsable: entries cannot be used; the message says in which lines, and why.
    """
    results: list[T] = []
    failures = []
    for number, entry in enumerate(entries(path, key)):
        try:
            results.append(read(entry))
        except ImproperlyConfigured as error:
            failures.append(f"{path}{line_of(path, key, number)}: {error}")
    if failures:
        raise PartlyUsable(failures, results)
    return results


def gathered(readings: Iterable[Callable[[], list[T]]], failures: list[str]) -> list[T]:
    """Return what several readings give together; why one gives nothing, or not all, is added to the failures."""
    results: list[T] = []
    for reading in readings:
        try:
            results += reading()
        except ImproperlyConfigured as error:
            failures.append(str(error))
            results += getattr(error, "usable", [])
    return results


def line_of(path: str, key: str, number: int | None = None) -> str:
    """Return the line of a key, or of an entry of its list, as words after a path; nothing where that is unknown."""
    try:
        root = yaml.compose(Path(path).read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        pairs: list[tuple[yaml.Node, yaml.Node]] = root.value if isinstance(root, yaml.MappingNode) else []
        node, value = next(pair for pair in pairs if pair[0].value == key)
        if number is not None:
            node = value.value[number]
    except (OSError, ValueError, RecursionError, yaml.YAMLError, StopIteration, IndexError, TypeError):
        return ""
    return f", line {node.start_mark.line + 1}"
