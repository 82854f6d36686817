"""Expressions in CEL, Google's Common Expression Language, over a record.

The library stops an expression after 10,000 steps of its loops, nests no deeper than 32, and matches by RE2. It knows
no limit of time, and a loop may look at all of a value in each of its steps: how large a value may be depends on that.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from cel_expr_python import cel

from clusters.gateway.log.records import Record
from clusters.messages.filters.documents import RAW, Documents, text_or_bytes
from clusters.messages.rendering.records import time_of

LONGEST = 1_000  # characters
LARGEST = 1_000_000  # bytes of a value
LARGEST_LOOPED = 64_000  # bytes of a value that a loop looks at
GROWN, GROWN_LOOPED = 100_000_000, 14_000  # what sums may make of it: each is as long as all that it adds
LOOP = re.compile(r"\.\s*(?:all|exists|exists_one)\s*\(")
COPYING = re.compile(r"\.\s*(?:map|filter)\s*\(")  # take a time that is the square of the list's length
NAME = re.compile(r"\w+")
# What an expression says of values of other types than it is meant for; for one that is missing or null, it just fails.
UNFIT = re.compile(
    r"(?:UNKNOWN: (?=No matching overloads)(?!.*null_type)|INVALID_ARGUMENT: (?!Applying SELECT))(.+)", re.DOTALL
)
PLACE = re.compile(r"^.*?ERROR: <input>:(-?\d+):(-?\d+): (.*)$")


class ExpressionError(ValueError):
    """An expression cannot be used; the message says why."""


@dataclass
class Expression:
    """A compiled expression, and how many records it could not be evaluated for: too large, or too many steps.

    ``unfit`` counts those whose values have another type than it is meant for, by what it says of them.
    """

    compiled: Any
    names: frozenset[str]
    largest: int
    undecided: int = 0
    documents: Documents = RAW
    unfit: Counter[str] = field(default_factory=Counter)

    def holds(self, record: Record) -> bool:
        """Tell whether it holds for a record; where something that it names is missing, it does not."""
        if record.value_size > self.largest or record.key_size > self.largest:
            self.undecided += 1
            return False
        try:
            result = self.compiled.eval(data=variables(record, self.names, self.documents)).value()
        except (RuntimeError, ValueError, TypeError, OverflowError):  # too many steps, or what CEL has no type for
            self.undecided += 1
            return False
        if isinstance(result, str) and (error := unfit_error(result)):
            self.unfit[error] += 1
        return result is True


@lru_cache(maxsize=256)
def unfit_error(result: str) -> str:
    """Return what a result says of a value of another type; empty for any other. Records mostly say the same."""
    error = UNFIT.match(result)
    return error[1][:200] if error else ""


def expression(text: str) -> Expression:
    """Compile an expression.

    Raises:
        ExpressionError: it is none, or is neither true nor false.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"The expression has {len(text):,} characters; the limit is {LONGEST:,}.")
    if COPYING.search(text):
        raise ExpressionError("map() and filter() are not supported; use exists() or all().")
    try:
        compiled = environment().compile(text)
    except RuntimeError as error:
        raise ExpressionError(cause_of(str(error))) from error
    if compiled.return_type().name() not in {"BOOL", "DYN", "bool", "dyn"}:
        raise ExpressionError("The expression must be true or false, e.g. value.amount > 100.")
    names = frozenset(NAME.findall(text)) & PARTS.keys()
    return Expression(compiled, names, largest_of(text))


def largest_of(text: str) -> int:
    """Return how many bytes a value may have that an expression looks at, within bounded time and memory."""
    sums = text.count("+")
    if LOOP.search(text):
        return min(LARGEST_LOOPED, GROWN_LOOPED // sums) if sums else LARGEST_LOOPED
    return min(LARGEST, GROWN // sums**2) if sums else LARGEST


@cache
def environment() -> Any:
    """Return what expressions may name."""
    types = cel.Type
    return cel.NewEnv(
        variables={
            "key": types.DYN,
            "value": types.DYN,
            "headers": types.Map(types.STRING, types.DYN),
            "time": types.TIMESTAMP,
            "partition": types.INT,
            "offset": types.INT,
        }
    )


def variables(record: Record, names: frozenset[str], documents: Documents) -> dict[str, Any]:
    """Return the parts of a record that an expression names; the others would cost more than evaluating it."""
    return {name: PARTS[name](record, documents) for name in names if name != "time" or time_of(record.time_ms)}


PARTS: dict[str, Callable[[Record, Documents], Any]] = {
    "key": lambda record, documents: documents.key(record),
    "value": lambda record, documents: documents.value(record),
    "headers": lambda record, _: {name: text_or_bytes(value) for name, value, _ in record.headers},
    "partition": lambda record, _: record.partition,
    "offset": lambda record, _: record.offset,
    "time": lambda record, _: time_of(record.time_ms),
}


def cause_of(text: str) -> str:
    """Return what the compiler says, by the column that it is about."""
    match = PLACE.match(text.splitlines()[0]) if text else None
    if not match:
        return f"Invalid expression: {text.splitlines()[0] if text else 'unknown error'}"
    line, column, cause = match.groups()
    if line == "-1":
        return f"Invalid expression: {cause}"
    place = f"column {column}" if line == "1" else f"line {line}, column {column}"
    return f"Invalid expression at {place}: {cause.partition(' expecting ')[0]}."
