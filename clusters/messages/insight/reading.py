"""Reading spans of a topic only to count: no record is kept.

Kafka requests: one describe and two list-offsets per leader at the beginning; then fetches.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from clusters.gateway import offsets
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import TimedOut
from clusters.gateway.log.batches import Batch
from clusters.gateway.log.records import Keep, Record
from clusters.gateway.reading.records import Matches, Reader, Span
from clusters.messages.reading import offset_ranges

CODECS = {0: "none", 1: "gzip", 2: "snappy", 3: "lz4", 4: "zstd"}
COUNTED = Keep(key=10_000, value=100_000, headers=20_000, count=50)
SECONDS = 1.5
Places = Mapping[int, int]


class CodecReader(Reader):
    """A reader that also counts records by the codec of their batches."""

    codecs: Counter[str]

    def take_batch(
        self, partition: int, batch: Batch, transaction: str, matches: Matches, limit: int, *, newest: bool
    ) -> None:
        before = self.reading.looked_at
        super().take_batch(partition, batch, transaction, matches, limit, newest=newest)
        self.codecs[CODECS.get(batch.codec, "unknown")] += self.reading.looked_at - before


def pinned(connection: Connection, topic: str, leaders: Mapping[int, int | None], last: int | None) -> dict[int, Span]:
    """Return the range of each partition as it is now: all of it, or so many offsets at its end.

    Raises:
        KafkaFailure: it is not known of all partitions.
    """
    chosen = {(topic, partition): leader for partition, leader in leaders.items()}
    marks, failures = offsets.watermarks(connection, chosen, leaders=chosen)
    for failure in failures:
        raise TimedOut(f"{failure.subject}: {failure.sentence}", "Try again.")
    spans = offset_ranges.known_spans({partition: mark for (_, partition), mark in marks.items()})
    if last is None:
        return spans
    return {partition: Span(max(span.start, span.end - last), span.end) for partition, span in spans.items()}


def counted(
    connection: Connection,
    topic: str,
    leaders: Mapping[int, int | None],
    left: Mapping[int, Span],
    count: Callable[[Record], object],
) -> tuple[dict[int, int], Counter[str], dict[int, str]]:
    """Count the next records for a moment; return how far each partition is, the codecs, and what is unreadable.

    What was deleted, or belongs to transactions that are not over, is passed over.

    Raises:
        KafkaFailure: reading is not allowed, or no partition gets any further.
    """
    reader = CodecReader(connection, topic, left, leaders=leaders, keep=COUNTED, committed=True)
    reader.codecs = Counter()

    def passing(record: Record) -> bool:
        count(record)
        return False

    reading = reader.read(passing, 1, newest=False, seconds=SECONDS)
    places = dict(reading.reached)
    deleted = {(topic, partition): leaders[partition] for partition in reading.deleted}
    marks = offsets.watermarks(connection, deleted, leaders=deleted)[0] if deleted else {}
    for (_, partition), mark in marks.items():
        places[partition] = min(left[partition].end, max(places[partition], mark.low or 0))
    for partition in reading.open_from:
        places[partition] = left[partition].end
    if all(place == left[partition].start for partition, place in places.items()):
        raise TimedOut(f"{topic}: partition {min(left)} cannot be read now.", "Check its leader.")
    return places, reader.codecs, reading.unreadable
