"""Where a page of records ended, for a URL: an offset per partition and what was counted so far, packed and signed.

A cursor is one of its topic's: no other one's, and not that of a topic which has the name by now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from django.core import signing

from clusters.gateway.reading.records import Span
from clusters.gateway.result import Failure
from clusters.messages.reading.topic import TopicLog

LONGEST = 6_000  # characters, enough for 800 partitions; browsers send it twice, and proxies accept 16,000
SALT = "topics.messages"
TOO_MANY = "Where it goes on in so many partitions is more than an address can hold; choose fewer partitions."
REPLACED = (
    "The topic was deleted and created again after this place in it was noted, so that reading starts over. "
    "Records that were shown before are those of the former topic."
)


@dataclass(frozen=True)
class Cursor:
    """``counts`` are numbers that the reader of the next page needs: what a search did so far, for one.

    ``replaced`` tells that it began in a topic which had the name before this one.
    """

    places: Mapping[int, int] = field(default_factory=dict)
    counts: tuple[int, ...] = ()
    topic_id: str | None = None
    replaced: bool = False


START = Cursor()


def is_replaced(cursor: Cursor, log: TopicLog, available: Mapping[int, Span]) -> bool:
    """Tell whether the topic is another one than when a cursor was written; without ids, by offsets beyond its end."""
    if cursor.topic_id and log.topic_id:
        return cursor.topic_id != log.topic_id
    return any(place > available[partition].end for partition, place in cursor.places.items() if partition in available)


def salt_of(log: TopicLog) -> str:
    return f"{SALT}:{log.cluster}:{log.topic}"


def written(cursor: Cursor, log: TopicLog) -> str:
    """Return a cursor as URL-safe text.

    Partition numbers are mostly consecutive, so their differences compress well.
    """
    numbers = sorted(cursor.places)
    gaps = [after - before for before, after in pairwise([0, *numbers])]
    offsets = [cursor.places[partition] for partition in numbers]
    content = [gaps, offsets, list(cursor.counts), log.topic_id, int(cursor.replaced)]
    return signing.dumps(content, salt=salt_of(log), compress=True)


def next_page(cursor: Cursor, log: TopicLog) -> tuple[str, list[Failure]]:
    """Return the next page's cursor as text, empty if there is none; or a failure if it is too long for a URL."""
    text = written(cursor, log) if cursor.places else ""
    return (text, []) if len(text) <= LONGEST else ("", [Failure("the next page", TOO_MANY)])


def read_cursor(text: str, log: TopicLog) -> Cursor:
    """Return the cursor that a text is.

    Raises:
        ValueError: it is not one of ours, or is another topic's.
    """
    try:
        gaps, offsets, counts, topic_id, replaced = signing.loads(text, salt=salt_of(log))
    except signing.BadSignature as error:
        raise ValueError(text) from error
    return Cursor(dict(zip(accumulate(gaps), offsets, strict=True)), tuple(counts), topic_id, bool(replaced))
