"""Where a copy stands: how far each partition is copied, and what the slice that is being written goes to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from clusters.gateway.reading.records import Span


@dataclass(frozen=True)
class Standing:
    """The offset to go on from by partition, the number of slices that were written, and counts.

    ``gone`` are offsets that were deleted before they were copied, ``open`` those that were left out since their
    transactions were not over, ``undecided`` records too large or too complex for the filter, ``timed_zero`` copies
    that are 1 ms later than their originals.
    """

    places: Mapping[int, int]
    slices: int = 0
    copied: int = 0
    gone: int = 0
    open: int = 0
    undecided: int = 0
    timed_zero: int = 0

    def done(self, spans: Mapping[int, Span]) -> int:
        """Return how many offsets are behind it."""
        return sum(place - spans[partition].start for partition, place in self.places.items())

    def unfinished(self, spans: Mapping[int, Span]) -> dict[int, Span]:
        """Return what is left of the partitions that are not copied to their end."""
        left = {partition: Span(place, spans[partition].end) for partition, place in self.places.items()}
        return {partition: span for partition, span in left.items() if span.start < span.end}

    def written(self, after: "Standing", *, timed_zero: int = 0) -> "Standing":
        """Return what follows once a slice was written, with how many copies are later than their originals."""
        return replace(after, slices=self.slices + 1, timed_zero=self.timed_zero + timed_zero)

    def as_json(self) -> dict[str, Any]:
        counts = (self.slices, self.copied, self.gone, self.open, self.undecided, self.timed_zero)
        return {"places": {str(partition): place for partition, place in self.places.items()}, "counts": list(counts)}


def from_json(stored: Mapping[str, Any]) -> Standing:
    return Standing({int(partition): place for partition, place in stored["places"].items()}, *stored["counts"])


def beginning(spans: Mapping[int, Span]) -> Standing:
    return Standing({partition: span.start for partition, span in spans.items()})


def resumed(cursor: Mapping[str, Any], spans: Mapping[int, Span], last_written: int | None) -> Standing:
    """Return where to go on: behind the slice that was noted before it was written, if Kafka has it."""
    if not cursor:
        return beginning(spans)
    standing = from_json(cursor["standing"])
    if "next" in cursor and last_written == standing.slices + 1:
        return from_json(cursor["next"])
    return standing


def spans_as_json(spans: Mapping[int, Span]) -> dict[str, list[int]]:
    return {str(partition): [span.start, span.end] for partition, span in sorted(spans.items())}


def spans_from_json(stored: Mapping[str, Any]) -> dict[int, Span]:
    return {int(partition): Span(start, end) for partition, (start, end) in stored.items()}
