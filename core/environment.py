"""Settings from the environment. ``NAME_FILE`` names a file that holds the value of ``NAME``.

Defaults are those of ``core.variables``; a variable that is not listed there cannot be read.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from core.rereading import note
from core.smtp import NoSmtpUrl, smtp_settings
from core.variables import VARIABLES

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str) -> str:
    """Return the value of ``name``, or the contents of the file that ``name_FILE`` points to.

    Raises:
        ImproperlyConfigured: the file cannot be read.
    """
    default = VARIABLES[name].default
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default)
    note(path)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE points to {path}, which cannot be read: {error}") from error


def flag(name: str) -> bool:
    """Return ``name`` as true or false.

    Raises:
        ImproperlyConfigured: the value is neither.
    """
    value = text(name).strip().lower()
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def words(name: str) -> list[str]:
    """Return a comma-separated value as a list without empty parts."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def number(name: str) -> int:
    """Return ``name`` as a whole number.

    Raises:
        ImproperlyConfigured: the value is not a number.
    """
    value = text(name)
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def choice(name: str, *allowed: str) -> str:
    """Return ``name`` as it is spelled in ``allowed``; case does not matter.

    Raises:
        ImproperlyConfigured: the value is not one of them.
    """
    value = text(name)
    matching = [spelling for spelling in allowed if spelling.lower() == value.strip().lower()]
    if not matching:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return matching[0]


def smtp(name: str) -> dict[str, object]:
    """Return Django's settings for the SMTP server that ``name`` is the URL of; none where it is empty.

    Raises:
        ImproperlyConfigured: it is no URL of one.
    """
    try:
        return smtp_settings(url) if (url := text(name)) else {}
    except NoSmtpUrl as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from error
