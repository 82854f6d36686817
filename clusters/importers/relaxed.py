"""Keys as Spring binds them: case, ``-`` and ``_`` do not matter. Pure."""

import re


def relaxed(key: object) -> str:
    """Return a key as Spring compares it."""
    return re.sub(r"[-_]", "", str(key)).lower()
