"""JSON laid out in lines. Pure.

Only the whitespace between tokens changes. Parsing and writing it again would change numbers (``1.10``, or a number of
twenty digits) and drop duplicate names, which may be just what a person is looking for.
"""

import json
import re

PART = re.compile(r'"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[\[\]{},:]|[^\s"\[\]{},:]+')
DEEPEST = 32  # levels that are still readable
LARGEST = 100_000  # characters, some 30 milliseconds


def in_lines(text: str) -> str | None:
    """Return an object or array with one part per line; None if it is neither, too deep or too large."""
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
    """Return a token with the whitespace around it; ``line`` starts a line at its level."""
    if part in "[{,":
        return part + line
    if part in "]}":
        return line + part
    if part == ":":
        return ": "
    return part[0] + part[-1] if part[0] in "[{" else part  # an empty one may contain whitespace


def is_json(text: str) -> bool:
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text, parse_int=str)  # a number of 5,000 digits is valid too
    except (ValueError, RecursionError):
        return False
    return True
