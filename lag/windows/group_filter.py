"""Which groups are watched: an allowlist and a denylist, both regular expressions in Go's syntax.

RE2 is what Go's expressions come from. Two things differ: ``\\C``, a single byte, is refused here, and ``\\B`` holds
in an empty name and beside letters beyond ASCII, where Go disagrees.
"""

import re
from typing import Any

from core.patterns import PatternError, compiled
from lag.records.wire import printable

SINGLE_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")


class GroupFilter:
    """Accepts a group if the allowlist, where set, is found in its name and the denylist, where set, is not."""

    __slots__ = ("_allow", "_deny")

    def __init__(self, allowlist: str = "", denylist: str = "") -> None:
        """Compile the expressions.

        Raises:
            PatternError: one is wrong, or too long.
        """
        self._allow = _compile(allowlist)
        self._deny = _compile(denylist)

    def __call__(self, group: str) -> bool:
        """Tell whether the group is accepted. The expressions may match anywhere in the name."""
        if self._allow is None and self._deny is None:
            return True
        name = printable(group)
        if self._allow is not None and not self._allow.search(name):
            return False
        return self._deny is None or not self._deny.search(name)


def _compile(pattern: str) -> Any:
    """Return a compiled expression, None where there is none."""
    if SINGLE_BYTE.search(pattern):
        raise PatternError(f"The expression {pattern!r} matches single bytes (\\C), which names do not have.")
    return compiled(pattern) if pattern else None
