"""Settings from the environment. ``NAME_FILE`` names a file that holds the value of ``NAME``."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return the value of ``name``, or the contents of the file that ``name_FILE`` points to.

    Raises:
        ImproperlyConfigured: the file cannot be read.
    """
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE points to {path}, which cannot be read: {error}") from error


def flag(name: str, *, default: bool = False) -> bool:
    """Return ``name`` as true or false.

    Raises:
        ImproperlyConfigured: the value is neither.
    """
    value = text(name, str(default)).strip().lower()
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated value as a list without empty parts."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: int) -> int:
    """Return ``name`` as a whole number.

    Raises:
        ImproperlyConfigured: the value is no number.
    """
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error
