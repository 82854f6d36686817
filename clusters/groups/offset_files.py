"""Offsets as kafka-consumer-groups reads them with ``--from-file``: a line per partition, without a head. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping

from clusters.gateway.offsets import LARGEST, Key

COLUMNS = "topic,partition,offset"


class NotOffsets(ValueError):
    """A line is not what it has to be; the message says which, and what it has to be."""


def read(text: str) -> dict[Key, int]:
    """Return the offsets of a file.

    Raises:
        NotOffsets: a line is not three values, or names a partition again.
    """
    offsets: dict[Key, int] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text.strip())), start=1):
        if not row or (number == 1 and ",".join(row).lower() == COLUMNS):
            continue
        key, offset = line(number, [value.strip() for value in row])
        if key in offsets:
            raise NotOffsets(f"Line {number}: partition {key[0]}-{key[1]} is named twice.")
        offsets[key] = offset
    return offsets


def line(number: int, values: list[str]) -> tuple[Key, int]:
    """Return a line's partition and offset.

    Raises:
        NotOffsets: it has others than three values, or the last two are no numbers.
    """
    numbers = values[1:]
    if len(values) != 3 or not all(value.isascii() and value.isdecimal() and len(value) < 20 for value in numbers):
        raise NotOffsets(f"Line {number} is not {COLUMNS}, e.g. orders,0,4711.")
    partition, offset = map(int, numbers)
    if offset > LARGEST:
        raise NotOffsets(f"Line {number}: there is no offset {offset}.")
    return (values[0], partition), offset


def partitions_of(text: str) -> set[Key]:
    """Return the partitions that a file names; none if it is not one."""
    try:
        return set(read(text))
    except NotOffsets:
        return set()


def write(offsets: Mapping[Key, int]) -> str:
    """Return offsets as a file."""
    output = io.StringIO()
    csv.writer(output, lineterminator="\n").writerows(rows(offsets))
    return output.getvalue()


def rows(offsets: Mapping[Key, int]) -> Iterable[tuple[str, int, int]]:
    return ((topic, partition, offset) for (topic, partition), offset in sorted(offsets.items()))
