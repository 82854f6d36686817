"""Partitions as people write them."""

from collections.abc import Collection, Iterator

from django.core.exceptions import ValidationError


def read_partitions(text: str, present: Collection[int], *, owner: str) -> set[int]:
    """Read numbers and ranges: ``0, 3-5``.

    Args:
        text: as it was written; of nothing, nothing is read.
        present: the partitions that there are; no other is accepted, however wide a range may be.
        owner: what has them, for the error: ``The topic``.

    Raises:
        ValidationError: it is not that.
    """
    found: set[int] = set()
    for numbers in ranges(text):
        for number in numbers:
            if number not in present:
                raise ValidationError(f"{owner} has no partition {number}.")
            found.add(number)
    return found


def ranges(text: str) -> Iterator[range]:
    """Give the parts of a text; nothing is counted out yet.

    Raises:
        ValidationError: a part is neither a number nor a range.
    """
    for part in filter(None, map(str.strip, text.split(","))):
        first, dash, last = part.partition("-")
        if not (first.isdecimal() and (last.isdecimal() or not dash) and len(part) < 15):
            raise ValidationError(f"“{part}” is no partition: give numbers and ranges, such as 0, 3-5.")
        yield range(int(first), int(last or first) + 1)
