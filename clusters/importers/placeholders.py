"""Spring's placeholders in configuration values: ``${NAME}`` and ``${NAME:default}``. Pure."""

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\$\{([^}:]+)(?::([^}]*))?\}")


def resolved(value: object, environment: Mapping[str, str]) -> object:
    """Replace the placeholders in all texts of a document; one without value or default stays as it is."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda m: environment.get(m[1], m[2] if m[2] is not None else m[0]), value)
    if isinstance(value, dict):
        return {key: resolved(one, environment) for key, one in value.items()}
    if isinstance(value, list):
        return [resolved(one, environment) for one in value]
    return value
