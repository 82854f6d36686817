"""The file that KAFKAADMIN_SIGN_IN names: providers, directories, teams, and who needs a second factor."""

from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured

KEYS = ("providers", "ldap", "teams", "second_factor")


def read_file(path: str) -> dict[str, Any]:
    """Return the file's document.

    Raises:
        ImproperlyConfigured: it cannot be read, or has none of its keys.
    """
    try:
        document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ImproperlyConfigured(f"KAFKAADMIN_SIGN_IN cannot be read: {error}") from error
    if not isinstance(document, dict) or not set(KEYS) & document.keys():
        raise ImproperlyConfigured(f"{path} has none of the keys {', '.join(KEYS)}.")
    if unknown := sorted(str(key) for key in document.keys() - set(KEYS)):
        raise ImproperlyConfigured(f"{path}: unknown {', '.join(unknown)}. There are {', '.join(KEYS)}.")
    return document


def entries(path: str, key: str) -> list[dict[str, Any]]:
    """Return a list of the file, each with its fields; empty where there is none."""
    values = read_file(path).get(key)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise ImproperlyConfigured(f"{path} has no list of {key}: under the key {key}, each with its fields.")
    return values
