"""Following a topic: what was written since the last look, at most so many records of it, and how much was left out.

A look is one request, each second while somebody follows; in between there is nothing but the cursor in the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clusters.gateway.reading.records import Span
from clusters.messages.reading.offset_ranges import Places, within

SHOWN = 100  # records of a look
SCANNED = 60_000  # offsets of a look that a filter is applied to
SECONDS = 0.5  # that a look reads


@dataclass(frozen=True)
class Pace:
    """What a cursor carries while following: the last look's time, and the records left out so far."""

    at_ms: int
    left_out: int = 0

    @classmethod
    def of(cls, counts: tuple[int, ...], now_ms: int) -> "Pace":
        """Return the pace that a cursor carries; one that begins now where it carries none."""
        return cls(*counts) if len(counts) == 2 else cls(now_ms)

    @property
    def counts(self) -> tuple[int, ...]:
        return self.at_ms, self.left_out


@dataclass(frozen=True)
class Look:
    """What to read of each partition, how many offsets before that are left out, and how many were written."""

    spans: Mapping[int, Span]
    left_out: int
    written: int


def look(available: Mapping[int, Span], places: Places, most: int) -> Look:
    """Return the last offsets of each partition since the places, at most so many altogether.

    The first look begins at all ends; a partition that is added later, at its beginning.
    """
    spans = {
        partition: Span(within(places.get(partition, span.start if places else span.end), span), span.end)
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


def rate(written: int, pace: Pace, now_ms: int) -> int | None:
    """Return how many records a second were written since the last look; None at the first."""
    elapsed = now_ms - pace.at_ms
    return written * 1000 // elapsed if elapsed > 0 else None
