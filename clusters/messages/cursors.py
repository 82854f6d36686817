"""Where a page of records ended, for a URL: an offset per partition, packed and signed."""

from collections.abc import Mapping
from itertools import accumulate, pairwise

from django.core import signing

from clusters.gateway.result import Failure

LONGEST = 6_000  # characters, enough for 800 partitions; browsers send it twice, and proxies accept 16,000
SALT = "topics.messages"
TOO_MANY = "Where it goes on in so many partitions is more than an address can hold; choose fewer partitions."


def written(places: Mapping[int, int]) -> str:
    """Return places as URL-safe text.

    Partition numbers are mostly consecutive, so their differences compress well.
    """
    numbers = sorted(places)
    gaps = [after - before for before, after in pairwise([0, *numbers])]
    return signing.dumps([gaps, [places[partition] for partition in numbers]], salt=SALT, compress=True)


def next_page(places: Mapping[int, int]) -> tuple[str, list[Failure]]:
    """Return the cursor of the next page, empty if there is none; or a failure if it is too long for a URL."""
    cursor = written(places) if places else ""
    return (cursor, []) if len(cursor) <= LONGEST else ("", [Failure("the next page", TOO_MANY)])


def read_places(text: str) -> dict[int, int]:
    """Return the places in a cursor.

    Raises:
        ValueError: it is not one of ours.
    """
    try:
        gaps, offsets = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise ValueError(text) from error
    return dict(zip(accumulate(gaps), offsets, strict=True))
