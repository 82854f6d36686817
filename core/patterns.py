"""Patterns that people write: globs over names, and regular expressions. Every one is matched in linear time, by RE2.

In a glob ``*`` is any run of characters, ``?`` one, ``[a-z]`` one in a range, ``[!a-z]`` one outside it. It means the
same on a page, where Python reads it, and in a list, where the database does: both get one regular expression. What it
matches is what ``fnmatch`` of Python's library matches, case included.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

EVERYTHING = "*"
NOTHING = "[^\\s\\S]"  # matches no text, in RE2 and in PostgreSQL
LONGEST = 1_000  # characters of a pattern
MEMORY = 4_000_000  # bytes that a compiled pattern may take
_CLASS = re.compile(r"\[(!?+)(\]?+[^\]]*+)\]")
_STARS = re.compile(r"\*{2,}")


class PatternError(ValueError):
    """A pattern cannot be used; the message says why."""


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Any:
    """Return a regular expression in RE2's syntax, which is Go's; it is searched for anywhere in a text.

    Raises:
        PatternError: it is too long, or no such expression.
    """
    if len(expression) > LONGEST:
        raise PatternError(f"The expression has {len(expression):,} characters; the limit is {LONGEST:,}.")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        return re2.compile(expression, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise PatternError(f"Invalid expression {expression!r}: {cause_of(error)}.") from error


def cause_of(error: Exception) -> str:
    """Return what RE2 says of an expression, which comes as bytes."""
    cause = error.args[0] if error.args else error
    return cause.decode("utf-8", "replace") if isinstance(cause, bytes) else str(cause)


def matches(expression: str, text: str) -> bool:
    """Tell whether an expression is found anywhere in a text.

    Raises:
        PatternError: it is no expression.
    """
    return compiled(expression).search(encodable(text)) is not None


def whole(expression: str, text: str) -> bool:
    """Tell whether an expression matches a whole text, as Java's ``matches`` does."""
    return compiled(f"^(?:{expression})$").search(encodable(text)) is not None


def glob_matches(glob: str, name: str) -> bool:
    """Tell whether a glob matches a whole name; one that is too long matches none."""
    if glob == EVERYTHING:
        return True
    return len(glob) <= LONGEST and compiled_glob(glob).search(encodable(name)) is not None


def covers(glob: str, name: str) -> bool:
    """Tell whether a glob covers a name. All names at once, written ``*``, are covered by ``*`` alone."""
    return glob == EVERYTHING if name == EVERYTHING else glob_matches(glob, name)


def covers_prefix(glob: str, prefix: str) -> bool:
    """Tell whether a glob covers every name that begins with a prefix: only ``…*`` does, of a part of the prefix."""
    start = _STARS.sub("*", glob).removesuffix("*")
    return glob.endswith("*") and not set("*?[") & set(start) and prefix.startswith(start)


def includes(outer: str, inner: str) -> bool:
    """Tell whether a glob surely covers whatever another one does; of complicated ones, only an equal one does."""
    if outer in {EVERYTHING, inner}:
        return True
    if not set("*?[") & set(inner):
        return covers(outer, inner)
    return covers_prefix(outer, re.split(r"[*?\[]", inner, maxsplit=1)[0])


def regex_of(glob: str) -> str:
    """Return a glob as a regular expression that RE2 and PostgreSQL read alike."""
    return f"(?s)^{''.join(_parts(_STARS.sub('*', glob)))}$"


def compiled_glob(glob: str) -> Any:
    """Return a glob, compiled; its expression may be longer than one that a person may write."""
    return compiled_expression(regex_of(glob))


@lru_cache(maxsize=1024)
def compiled_expression(expression: str) -> Any:
    """Return an expression that we made ourselves, compiled, however long it is."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(encodable(expression), options)


def encodable(text: str) -> str:
    """Return a text with what is no Unicode replaced: names may hold bytes that are no UTF-8."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _parts(glob: str) -> Iterator[str]:
    at = 0
    while at < len(glob):
        bracket = _CLASS.match(glob, at)
        if bracket:
            yield _class(bracket[2], negated=bool(bracket[1]))
            at = bracket.end()
        else:
            yield {"*": ".*", "?": "."}.get(glob[at], _escaped(glob[at]))
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
    """Return a character as itself: RE2 takes a backslash only before signs of ASCII."""
    return f"\\{character}" if character.isascii() and not character.isalnum() and character != "_" else character
