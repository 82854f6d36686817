"""Two texts side by side, line by line, with what is equal far from any change left out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

CONTEXT = 3  # equal lines around a change
MOST_LINES = 4_000
EQUAL, CHANGED, LEFT_OUT = "equal", "changed", "left out"


@dataclass(frozen=True)
class Line:
    """A line of both texts: what stands there before and after, None where one has nothing, and their numbers."""

    kind: str
    before: str | None = None
    after: str | None = None
    before_number: int | None = None
    after_number: int | None = None


def side_by_side(before: str, after: str) -> list[Line]:
    """Return the changed lines with some around them."""
    old, new = before.splitlines()[:MOST_LINES], after.splitlines()[:MOST_LINES]
    lines: list[Line] = []
    groups = list(SequenceMatcher(None, old, new).get_grouped_opcodes(CONTEXT))
    end = 0
    for group in groups:
        if group[0][1] > end:
            lines.append(Line(LEFT_OUT))
        for tag, *span in group:
            lines += span_lines(EQUAL if tag == "equal" else CHANGED, old, new, (span[0], span[1], span[2], span[3]))
        end = group[-1][2]
    if groups and end < len(old):
        lines.append(Line(LEFT_OUT))
    return lines


def span_lines(kind: str, old: list[str], new: list[str], span: tuple[int, int, int, int]) -> Iterator[Line]:
    before, after = range(span[0], span[1]), range(span[2], span[3])
    for left, right in zip_longest(before, after):
        yield Line(
            kind,
            None if left is None else old[left],
            None if right is None else new[right],
            None if left is None else left + 1,
            None if right is None else right + 1,
        )
