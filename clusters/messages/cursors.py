"""Where a page of records ended, as an address holds it: an offset for each partition, packed and signed."""

from collections.abc import Mapping
from itertools import accumulate, pairwise

from django.core import signing

from clusters.gateway.result import Failure

LONGEST = 6_000  # characters, room for 800 partitions and more; the browser sends it twice, and proxies take 16,000
SALT = "topics.messages"
TOO_MANY = "Where it goes on in so many partitions is more than an address can hold; choose fewer partitions."


def written(places: Mapping[int, int]) -> str:
    """Return places as text that an address may hold as it is.

    Partitions mostly follow each other: their distances, all alike, take hardly any room when they are packed.
    """
    numbers = sorted(places)
    gaps = [after - before for before, after in pairwise([0, *numbers])]
    return signing.dumps([gaps, [places[partition] for partition in numbers]], salt=SALT, compress=True)


def next_page(on: Mapping[int, int]) -> tuple[str, list[Failure]]:
    """Return where the next page goes on as text, if it does; or that this is more than an address holds."""
    cursor = written(on) if on else ""
    return (cursor, []) if len(cursor) <= LONGEST else ("", [Failure("the next page", TOO_MANY)])


def read_places(text: str) -> dict[int, int]:
    """Return the places that a text holds.

    Raises:
        ValueError: it is none of ours.
    """
    try:
        gaps, offsets = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise ValueError(text) from error
    return dict(zip(accumulate(gaps), offsets, strict=True))
