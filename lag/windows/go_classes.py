"""Characters and character classes of Go's regular expressions; classes are ranges of code points."""

import re
from collections.abc import Iterable

Range = tuple[int, int]
Ranges = tuple[Range, ...]

_POSIX_NAME = re.compile(r"\[:(\^?)([a-z]+):\]")


def _ranges(*spans: str) -> Ranges:
    return tuple((ord(span[0]), ord(span[-1])) for span in spans)


PERL = {"d": _ranges("09"), "w": _ranges("09", "AZ", "_", "az"), "s": _ranges("\t\n", "\f\r", " ")}
_POSIX = {
    "alnum": _ranges("09", "AZ", "az"),
    "alpha": _ranges("AZ", "az"),
    "ascii": _ranges("\x00\x7f"),
    "blank": _ranges("\t", " "),
    "cntrl": _ranges("\x00\x1f", "\x7f"),
    "digit": _ranges("09"),
    "graph": _ranges("!~"),
    "lower": _ranges("az"),
    "print": _ranges(" ~"),
    "punct": _ranges("!/", ":@", "[`", "{~"),
    "space": _ranges("\t\r", " "),
    "upper": _ranges("AZ"),
    "word": _ranges("09", "AZ", "_", "az"),
    "xdigit": _ranges("09", "AF", "af"),
}


_SIMPLE_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")
_OCTAL = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")


class PatternError(ValueError):
    """The expression is wrong in Go's syntax, or uses something without an equivalent in Python."""


def escape(pattern: str, at: int) -> tuple[str, int] | None:
    """Read one escaped character; return it and the index after it, or None if the escape is not a character."""
    if match := _HEX.match(pattern, at) or _OCTAL.match(pattern, at):
        digits = match[1] if match.re is _OCTAL else match[1] or match[2]
        code = int(digits, 8 if match.re is _OCTAL else 16)
        return (chr(code), match.end()) if code <= 0x10FFFF else None
    char = pattern[at + 1 : at + 2]
    if char in _SIMPLE_ESCAPES:
        return _SIMPLE_ESCAPES[char], at + 2
    if char and char.isascii() and not char.isalnum():
        return char, at + 2
    return None


def python_class(ranges: Iterable[Range], *, negated: bool = False) -> str:
    """Write ranges as a character class for Python."""
    body = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)
    return f"[{'^' if negated else ''}{body}]"


def read_class(pattern: str, at: int) -> tuple[str, int]:
    """Read the class that opens at ``at``; return Python's form of it and the index after it.

    Raises PatternError.
    """
    start = at + 1
    negated = pattern.startswith("^", start)
    start += negated
    place, ranges, others = start, list[Range](), list[str]()
    while place == start or not pattern.startswith("]", place):
        item_ranges, excluded, place = _item(pattern, place)
        if excluded:
            others.append(python_class(item_ranges, negated=True))
        else:
            ranges.extend(item_ranges)
    return _written(ranges, others, negated=negated), place + 1


def _written(ranges: list[Range], others: list[str], *, negated: bool) -> str:
    """Join the ranges of a class with its negated parts, such as in ``[a\\D]``.

    Classes stay negated and are not turned into their complement: ignoring case, the two differ.
    """
    if not others:
        return python_class(ranges, negated=negated)
    choices = "|".join([python_class(ranges), *others] if ranges else others)
    return f"(?:(?!{choices})(?s:.))" if negated else f"(?:{choices})"


def _item(pattern: str, at: int) -> tuple[Ranges, bool, int]:
    """Read one part of a class: its ranges, whether it is negated, and the index after it."""
    if match := _POSIX_NAME.match(pattern, at):
        if match[2] not in _POSIX:
            raise _error(pattern, f"there is no class {match[0]}")
        return _POSIX[match[2]], bool(match[1]), match.end()
    name = pattern[at + 1 : at + 2] if pattern.startswith("\\", at) else ""
    if name and name.lower() in PERL:
        return PERL[name.lower()], name.isupper(), at + 2
    ranges, at = _range(pattern, at)
    return ranges, False, at


def _range(pattern: str, at: int) -> tuple[Ranges, int]:
    low, at = _character(pattern, at)
    high = low
    if pattern.startswith("-", at) and not pattern.startswith("-]", at):
        high, at = _character(pattern, at + 1)
    if high < low:
        raise _error(pattern, f"the range {low}-{high} runs backwards")
    return ((ord(low), ord(high)),), at


def _character(pattern: str, at: int) -> tuple[str, int]:
    if at >= len(pattern):
        raise _error(pattern, "a class is not closed")
    if pattern[at] != "\\":
        return pattern[at], at + 1
    escaped = escape(pattern, at)
    if escaped is None:
        raise _error(pattern, f"the escape {pattern[at : at + 2]} cannot be carried over")
    return escaped


def _error(pattern: str, reason: str) -> PatternError:
    return PatternError(f"The expression {pattern!r} cannot be used: {reason}.")
