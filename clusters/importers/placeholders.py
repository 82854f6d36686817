"""Spring's placeholders in configuration values: ``${NAME}`` and ``${NAME:default}``. Pure."""

import re
from collections.abc import Mapping

# Bounded and without backtracking: a text full of ${ must not take a minute to look through.
PLACEHOLDER = re.compile(r"\$\{([^}:]{1,200}+)(?::([^}]{0,2000}+))?\}")


def resolved(value: object, environment: Mapping[str, str]) -> object:
    """Replace the placeholders in all texts of a document; one without value or default stays as it is."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda m: environment.get(m[1], m[2] if m[2] is not None else m[0]), value)
    if isinstance(value, dict):
        return {key: resolved(one, environment) for key, one in value.items()}
    if isinstance(value, list):
        return [resolved(one, environment) for one in value]
    return value
