"""Which groups are watched: an allowlist and a denylist, both regular expressions in Go's syntax."""

import re

from lag.records.wire import printable
from lag.windows import go_regexp


class GroupFilter:
    """Accepts a group if the allowlist, where set, is found in its name and the denylist, where set, is not."""

    __slots__ = ("_allow", "_deny")

    def __init__(self, allowlist: str = "", denylist: str = "") -> None:
        """Raise ValueError if an expression is wrong or cannot be translated from Go's syntax."""
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


def _compile(pattern: str) -> re.Pattern[str] | None:
    return go_regexp.compile_pattern(pattern) if pattern else None
