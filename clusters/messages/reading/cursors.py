"""Where a page of records ended, for a URL: an offset per partition and what was counted so far, packed and signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from django.core import signing

from clusters.gateway.result import Failure

LONGEST = 6_000  # characters, enough for 800 partitions; browsers send it twice, and proxies accept 16,000
SALT = "topics.messages"
TOO_MANY = "Where it goes on in so many partitions is more than an address can hold; choose fewer partitions."


@dataclass(frozen=True)
class Cursor:
    """``counts`` are numbers that the reader of the next page needs: what a search did so far, for one."""

    places: Mapping[int, int] = field(default_factory=dict)
    counts: tuple[int, ...] = ()


START = Cursor()


def written(cursor: Cursor) -> str:
    """Return a cursor as URL-safe text.

    Partition numbers are mostly consecutive, so their differences compress well.
    """
    numbers = sorted(cursor.places)
    gaps = [after - before for before, after in pairwise([0, *numbers])]
    offsets = [cursor.places[partition] for partition in numbers]
    return signing.dumps([gaps, offsets, list(cursor.counts)], salt=SALT, compress=True)


def next_page(cursor: Cursor) -> tuple[str, list[Failure]]:
    """Return the next page's cursor as text, empty if there is none; or a failure if it is too long for a URL."""
    text = written(cursor) if cursor.places else ""
    return (text, []) if len(text) <= LONGEST else ("", [Failure("the next page", TOO_MANY)])


def read_cursor(text: str) -> Cursor:
    """Return the cursor that a text is.

    Raises:
        ValueError: it is not one of ours.
    """
    try:
        gaps, offsets, counts = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise ValueError(text) from error
    return Cursor(dict(zip(accumulate(gaps), offsets, strict=True)), tuple(counts))
