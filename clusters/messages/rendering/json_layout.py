r"""JSON laid out in lines, and the text that its strings stand for. Pure.

Only the blanks between its parts change, and escapes become the characters that they stand for, where these can be
seen. Reading and writing it anew would change numbers (``1.10``, or a number of twenty digits) and leave out names that
come twice, and it is these that somebody may be looking for.
"""

import json
import re
import unicodedata

PART = re.compile(r'"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[\[\]{},:]|[^\s"\[\]{},:]+')
ESCAPE = re.compile(  # a pair of surrogates, a character, or a sign
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL
)
DEEPEST = 32  # levels that are still readable
LARGEST = 100_000  # characters, some 30 milliseconds
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # categories of characters that stay escaped


def in_lines(text: str) -> str | None:
    """Return an object or array with a line for each of its parts; None for anything else, too deep or too large."""
    if len(text) > LARGEST or not is_json(text):
        return None
    depth, parts = 0, list[str]()
    for part in PART.findall(text):
        depth += (part in "[{") - (part in "]}")
        if depth > DEEPEST:
            return None
        parts.append(placed(part, "\n" + "  " * depth))
    return "".join(parts)


def placed(part: str, line: str) -> str:
    """Return a part with the blanks that belong around it; ``line`` begins a line at its level."""
    if part in "[{,":
        return part + line
    if part in "]}":
        return line + part
    if part == ":":
        return ": "
    if part[0] == '"':
        return readable(part)
    return part[0] + part[-1] if part[0] in "[{" else part  # an empty one may hold blanks


def readable(part: str) -> str:
    """Return a JSON string that means the same, with characters in place of escapes where they can be seen."""
    return ESCAPE.sub(lambda match: seen(match) or match[0], part) if "\\" in part else part


def plain_text(text: str) -> str:
    """Return a text with every escape as what it stands for, quotes and line ends too: what somebody searches for."""
    return ESCAPE.sub(stands_for, text)


def seen(match: re.Match[str]) -> str:
    """Return the character of an escape, if it may stand in a string as it is, and can be seen; else nothing."""
    if match[4]:
        return "/" if match[4] == "/" else ""
    character = stands_for(match)
    hidden = len(character) > 1 or unicodedata.category(character) in UNSEEN or character in '"\\'
    return "" if hidden else character


def stands_for(match: re.Match[str]) -> str:
    """Return what an escape stands for; half a character of two stays as it is."""
    if match[1]:
        return chr(0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(match[2], 16) - 0xDC00)
    if match[3]:
        number = int(match[3], 16)
        return match[0] if 0xD800 <= number < 0xE000 else chr(number)
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}.get(match[4], match[4])


def is_json(text: str) -> bool:
    """Tell whether a text is an object or an array."""
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text, parse_int=str)  # a number of 5,000 digits is one, too
    except (ValueError, RecursionError):
        return False
    return True
