"""JSON paths (RFC 9535) and comparisons with what they lead to: ``$.user.id = 7``. Pure.

Work is bounded: no filters within a path, and not more than one ``..`` in it, so that no part of a document is visited
again and again.
"""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import jsonpath_rfc9535 as jsonpath
import orjson

from clusters.gateway.log.records import Record
from clusters.messages.filters.documents import RAW, Documents

MOST = 10_000  # nodes that a path leads to
LONGEST = 500  # characters
LARGEST = 1_000_000  # bytes of a value that is walked through, where a path may lead to several nodes
STEP = r"""\.\.?(?:\*|[^\s.\[\]=<>!'"]+)|\.?\.?\[(?:'[^']*'|"[^"]*"|[^\]'"]*)\]"""
COMPARISON = re.compile(rf"(\$(?:{STEP})*)\s*(?:(==|=|!=|<=|>=|<|>|contains\b)\s*(.+))?", re.DOTALL)
QUOTED = re.compile(r"'([^']*)'")
LONG = re.compile(r"-?[1-9][0-9]{18,499}")
Compare = Callable[[Any, Any], bool]
CHILD: dict[tuple[type, type], Callable[[Any, Any], Any]] = {
    (dict, str): operator.getitem,
    (list, int): operator.getitem,
}


class PathError(ValueError):
    """A path or comparison cannot be used; the message says why."""


@dataclass
class Comparison:
    """A path, and what one of the nodes that it leads to must be like; only be there, without an operator.

    ``undecided`` counts the records that were too large to be walked through.
    """

    path: jsonpath.JSONPathQuery
    names: tuple[str | int, ...] | None  # of a path that leads to one node
    compare: Compare | None
    operand: Any
    undecided: int = 0
    documents: Documents = RAW

    def holds_for(self, record: Record) -> bool:
        """Tell whether it holds for a record's value."""
        if self.names is None and record.value_size > LARGEST:
            self.undecided += 1
            return False
        is_long = isinstance(self.operand, int) and self.operand.bit_length() > 63
        return self.holds(self.documents.value(record, exact=is_long))

    def holds(self, content: Any) -> bool:
        """Tell whether it holds for a document."""
        match = nodes(self.path, self.names, content)
        if self.compare is None:
            return next(match, match) is not match
        return any(self.compare(node, self.operand) for node in match)


def comparison(text: str) -> Comparison:
    """Read a comparison.

    Raises:
        PathError: it is none.
    """
    match = COMPARISON.fullmatch(text.strip())
    if not match:
        raise PathError("Write a path and a comparison, e.g. $.user.id = 7.")
    path, sign, operand = match.groups()
    query, names = compiled_path(path)
    return Comparison(query, names, COMPARES[sign] if sign else None, literal(operand) if sign else None)


@lru_cache(maxsize=256)
def compiled_path(text: str) -> tuple[jsonpath.JSONPathQuery, tuple[str | int, ...] | None]:
    """Return a path, and the names and indexes in it where it leads to one node at most.

    Raises:
        PathError: it is none, or its work would not be bounded.
    """
    if len(text) > LONGEST:
        raise PathError(f"The path has {len(text):,} characters; the limit is {LONGEST:,}.")
    try:
        query = jsonpath.compile(text)
    except (jsonpath.JSONPathError, RecursionError) as error:
        raise PathError(f"Invalid JSON path: {str(error).splitlines()[0]}.") from error
    selectors = [selector for segment in query.segments for selector in segment.selectors]
    if any(isinstance(selector, jsonpath.selectors.FilterSelector) for selector in selectors):
        raise PathError("Filters within a path are not supported; use a CEL expression.")
    if sum(isinstance(segment, jsonpath.segments.JSONPathRecursiveDescentSegment) for segment in query.segments) > 1:
        raise PathError("Only one .. is supported in a path.")
    if not query.singular_query():
        return query, None
    return query, tuple(getattr(selector, "name", getattr(selector, "index", "")) for selector in selectors)


def nodes(path: jsonpath.JSONPathQuery, names: tuple[str | int, ...] | None, node: Any) -> Iterator[Any]:
    """Yield what a path leads to from a document's root."""
    if names is None:
        try:
            yield from (match.value for match in islice(path.finditer(node), MOST))
        except (jsonpath.JSONPathError, RecursionError):  # deeper than one looks
            return
        return
    for name in names:
        try:
            node = CHILD[type(node), type(name)](node, name)
        except (KeyError, IndexError):
            return
    yield node


def literal(text: str) -> Any:
    """Return what is compared with: JSON, a text in single quotes, or the words as they are."""
    if quoted := QUOTED.fullmatch(text):
        return quoted[1]
    if LONG.fullmatch(text):
        return int(text)  # orjson would round it
    try:
        return orjson.loads(text)
    except ValueError:
        return text


def equals(node: Any, operand: Any) -> bool:
    return bool(node == operand) and isinstance(node, bool) == isinstance(operand, bool)


def ordered(compare: Compare) -> Compare:
    """Compare numbers with numbers, and texts with texts; nothing else has an order."""

    def holds(node: Any, operand: Any) -> bool:
        if isinstance(node, bool) or isinstance(operand, bool):
            return False
        both_texts = isinstance(node, str) and isinstance(operand, str)
        both_numbers = isinstance(node, int | float) and isinstance(operand, int | float)
        return (both_texts or both_numbers) and compare(node, operand)

    return holds


def contains(node: Any, operand: Any) -> bool:
    """Tell whether a text contains another one, in any case, or an array an item."""
    if isinstance(node, str):
        return str(operand).casefold() in node.casefold()
    return isinstance(node, list) and any(equals(item, operand) for item in node)


COMPARES: dict[str, Compare] = {
    "=": equals,
    "==": equals,
    "!=": lambda node, operand: not equals(node, operand),
    "<": ordered(operator.lt),
    "<=": ordered(operator.le),
    ">": ordered(operator.gt),
    ">=": ordered(operator.ge),
    "contains": contains,
}
