"""JSON paths of masking: ``$.customer.cards[*].number``, ``$..password``, ``$.list[0]``, ``$['odd name']``."""

import re
from dataclasses import dataclass

STEP = re.compile(r"""(\.\.?)(\*|[^.\[\]'"*\s]+)|\[(\*|\d{1,9})\]|\['([^']*)'\]|\["([^"]*)"\]""")
LONGEST = 1_000
ANY = "*"


@dataclass(frozen=True)
class Step:
    """A step down: to a name, a number or ``*``; ``deep`` reaches any level below."""

    name: str
    deep: bool = False
    is_number: bool = False


Path = tuple[Step, ...]


def read_path(text: str) -> Path:
    """Read a path.

    Raises:
        ValueError: it is none.
    """
    steps, at = [], 1
    if not text.startswith("$") or len(text) > LONGEST:
        raise ValueError(f"“{text[:100]}” is no path, e.g. $.customer.email.")
    while at < len(text):
        match = STEP.match(text, at)
        if match is None:
            raise ValueError(f"“{text[:100]}” is no path: it cannot be read from “{text[at : at + 20]}” on.")
        dots, name, number, quoted, double_quoted = match.groups()
        is_quoted = quoted is not None or double_quoted is not None
        step_name = next(part for part in (name, number, quoted, double_quoted) if part is not None)
        steps.append(Step(step_name, dots == "..", number is not None and number != ANY and not is_quoted))
        at = match.end()
    if not steps:
        raise ValueError("“$” is the whole: leave paths out.")
    return tuple(steps)


def advanced(states: frozenset[Path], name: str, *, in_list: bool) -> frozenset[Path]:
    """Return what is left of paths after going down by a name, or by a number in a list; an empty path has arrived."""
    left = set()
    for path in states:
        if not path:
            continue
        step = path[0]
        if step.deep:
            left.add(path)
        if (step.name == ANY or step.name == name) and (step.name == ANY or step.is_number == in_list):
            left.add(path[1:])
    return frozenset(left)
