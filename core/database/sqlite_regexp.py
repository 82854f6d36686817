"""SQLite's REGEXP by RE2: Django's own is Python's, which an expression can keep busy for hours."""

from typing import Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver

from core.patterns import compiled_expression, encodable


def regexp(expression: str | None, value: Any) -> bool | None:
    """Tell whether an expression is found in a value; NULL where either is."""
    if expression is None or value is None:
        return None
    return compiled_expression(expression).search(encodable(str(value))) is not None


@receiver(connection_created)
def use_re2(connection: Any, **_: Any) -> None:
    """Replace the function on each new connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("regexp", 2, regexp, deterministic=True)
