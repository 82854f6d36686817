"""Partitions as people write them."""

from django.core.exceptions import ValidationError

MOST = 100_000  # in one range


def read_partitions(text: str) -> set[int]:
    """Read numbers and ranges: ``0, 3-5``.

    Raises:
        ValidationError: it is not that.
    """
    found: set[int] = set()
    for part in filter(None, map(str.strip, text.split(","))):
        first, dash, last = part.partition("-")
        if not (first.isdecimal() and (last.isdecimal() or not dash) and len(part) < 15):
            raise ValidationError(f"“{part}” is no partition: give numbers and ranges, such as 0, 3-5.")
        found |= set(range(int(first), min(int(last or first), int(first) + MOST) + 1))
    return found
