"""JSON that others write: it may be none, nested too deeply for Python, or have numbers without end. Pure."""

import json
from typing import Any


class NotJson(ValueError):
    """A text is no JSON, or none that can be read here; the message says where and why."""


def read_json(text: str | bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        NotJson: it is none.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotJson(f"Line {error.lineno}, column {error.colno}: not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise NotJson("It is nested too deeply.") from error
    except ValueError as error:  # a number of thousands of digits, or bytes that are no text
        raise NotJson(f"It cannot be read: {error}.") from error
