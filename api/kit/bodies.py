"""Reading a request's body: what it names, for the page's form."""

from typing import Any

from ninja import Schema
from pydantic import SecretStr


def values_in(body: Schema) -> dict[str, Any]:
    """Return what a body has, without what is omitted or null; secrets are text, as forms take it."""
    given = body.model_dump(exclude_unset=True)
    return {name: plain(value) for name, value in given.items() if value is not None}


def plain(value: Any) -> Any:
    return value.get_secret_value().replace("\0", "") if isinstance(value, SecretStr) else value
