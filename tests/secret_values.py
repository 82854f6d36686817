"""Secrets for rows that tests make."""

from typing import Any

from core.encryption import SecretValues


def secret_values(**values: str) -> Any:
    """Return secrets as a model's field takes them; the plugin of Django's types knows its stored text only."""
    return SecretValues(values)
