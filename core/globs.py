"""Globs over names: ``*`` is any run of characters, ``?`` one, ``[a-z]`` one in a range, ``[!a-z]`` one outside it.

A glob means the same on a page, where Python reads it, and in a list, where the database does: both get one regular
expression. What it matches is what ``fnmatch`` of Python's library matches, case included.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

EVERYTHING = "*"
NOTHING = "a^"  # matches no text, in Python and in PostgreSQL
_CLASS = re.compile(r"\[(!?+)(\]?+[^\]]*+)\]")


def covers(glob: str, name: str) -> bool:
    """Tell whether a glob covers a name. All names at once, written ``*``, are covered by ``*`` alone."""
    if name == EVERYTHING:
        return glob == EVERYTHING
    return bool(_compiled(glob).match(name))


def regex_of(glob: str) -> str:
    """Return a glob as a regular expression that Python and PostgreSQL read alike."""
    return f"(?s)\\A{''.join(_parts(glob))}\\Z"


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    return re.compile(regex_of(glob))


def _parts(glob: str) -> Iterator[str]:
    at = 0
    while at < len(glob):
        bracket = _CLASS.match(glob, at)
        if bracket:
            yield _class(bracket[2], negated=bool(bracket[1]))
            at = bracket.end()
        else:
            yield {"*": ".*", "?": "."}.get(glob[at], re.escape(glob[at]))
            at += 1


def _class(text: str, *, negated: bool) -> str:
    """Return a bracket's characters and ranges; a range from a later character to an earlier one is empty."""
    members, at = [], 0
    while at < len(text):
        first, last = text[at], text[at + 2 : at + 3] if text[at + 1 : at + 2] == "-" else ""
        if not last:
            members.append(_escaped(first))
        elif first <= last:
            members.append(f"{_escaped(first)}-{_escaped(last)}")
        at += 3 if last else 1
    if not members:
        return "." if negated else NOTHING
    return f"[{'^' if negated else ''}{''.join(members)}]"


def _escaped(character: str) -> str:
    return character if character.isalnum() else f"\\{character}"
