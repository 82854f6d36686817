"""Configurations of connectors as text: the JSON that Kafka Connect takes, and lines of settings. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from core import json_text


class ConfigError(ValueError):
    """A text is no configuration; the message says why."""


def as_json(name: str, config: Mapping[str, str]) -> str:
    """Return what POST /connectors takes."""
    settings = {key: value for key, value in sorted(config.items()) if key != "name"}
    return json.dumps({"name": name, "config": settings}, ensure_ascii=False, indent=2)


def read_json(text: str) -> tuple[str, dict[str, str]]:
    """Return the name, empty where there is none, and the settings: with ``config`` around them or without.

    Raises:
        ConfigError: it is no such JSON.
    """
    content = loaded(text)
    if not isinstance(content, dict):
        raise ConfigError("It is not a JSON object.")
    settings = content["config"] if isinstance(content.get("config"), dict) else content
    config = {str(name): text_of(str(name), value) for name, value in settings.items() if value is not None}
    name = str(content.get("name") or config.get("name") or "")
    return name, config


def loaded(text: str) -> Any:
    """Return what a JSON text says.

    Raises:
        ConfigError: it is none; the message says where.
    """
    try:
        return json_text.read_json(text)
    except json_text.NotJson as error:
        raise ConfigError(str(error)) from error


def text_of(name: str, value: Any) -> str:
    """Return a value as Kafka Connect takes it, which is text.

    Raises:
        ConfigError: it has an inside.
    """
    if isinstance(value, dict | list):
        raise ConfigError(f"{name} is neither a text nor a number.")
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_lines(text: str) -> dict[str, str]:
    """Return settings of ``key=value`` lines; a value in quotes is read as a JSON string.

    Raises:
        ConfigError: a line is none.
    """
    config = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, equals, value = line.partition("=")
        if not equals or not key.strip():
            raise ConfigError(f"“{line[:100]}” is not of the form key=value.")
        config[key.strip()] = unquoted(value.strip())
    return config


def unquoted(value: str) -> str:
    try:
        text = json.loads(value) if value.startswith('"') else value
    except ValueError:
        return value
    return text if isinstance(text, str) else value


def as_lines(config: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={quoted(value)}" for name, value in sorted(config.items()))


def quoted(value: str) -> str:
    """Return a value as it stands in a line: in quotes if it would not be read again as it is."""
    is_plain = value == value.strip() == unquoted(value) and len(value.splitlines()) < 2
    if is_plain:
        return value
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text.splitlines()) < 2 else json.dumps(value)
