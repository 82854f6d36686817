"""Following a topic: what was written since the last look, at most so many records of it, and how much was left out.

A look is one request, each second while somebody follows; in between there is nothing but the cursor in the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clusters.gateway.reading.records import Span
from clusters.messages.reading.offset_ranges import Places

SHOWN = 100  # records of a look
SCANNED = 60_000  # offsets of a look that a filter is applied to
SECONDS = 0.5  # that a look reads
UNKNOWN = -1


@dataclass(frozen=True)
class Pace:
    """What a cursor carries while following: the last look's time, the records left out so far, the sum of the ends."""

    at_ms: int
    left_out: int = 0
    ends: int = UNKNOWN

    @classmethod
    def of(cls, counts: tuple[int, ...], now_ms: int) -> "Pace":
        """Return the pace that a cursor carries; one that begins now where it carries none."""
        return cls(*counts) if len(counts) == 3 else cls(now_ms)

    @property
    def counts(self) -> tuple[int, ...]:
        return self.at_ms, self.left_out, self.ends


@dataclass(frozen=True)
class Look:
    """What to read of each partition, how many offsets before that are left out, and how many were written."""

    spans: Mapping[int, Span]
    left_out: int
    written: int


def look(available: Mapping[int, Span], places: Places, most: int) -> Look:
    """Return the last offsets of each partition since the places, at most so many altogether.

    A partition that is new begins at its end.
    """
    spans = {
        partition: Span(min(max(places.get(partition, span.end), span.start), span.end), span.end)
        for partition, span in available.items()
    }
    written = sum(span.end - span.start for span in spans.values())
    if written <= most:
        return Look(spans, 0, written)
    shortened = shares({partition: span.end - span.start for partition, span in spans.items()}, most)
    last = {partition: Span(span.end - shortened[partition], span.end) for partition, span in spans.items()}
    return Look(last, written - sum(shortened.values()), written)


def shares(sizes: Mapping[int, int], most: int) -> dict[int, int]:
    """Divide a number among partitions: small ones get all that they have, the others the same."""
    result: dict[int, int] = {}
    left = most
    for position, (partition, size) in enumerate(sorted(sizes.items(), key=lambda item: item[1])):
        result[partition] = min(size, left // (len(sizes) - position))
        left -= result[partition]
    return result


def rate(ends: int, pace: Pace, now_ms: int) -> int | None:
    """Return how many records a second were written since the last look; None at the first."""
    elapsed = now_ms - pace.at_ms
    return max(0, ends - pace.ends) * 1000 // elapsed if pace.ends != UNKNOWN and elapsed > 0 else None
