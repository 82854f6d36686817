"""How far a search is, over all the requests that it takes. Pure."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

from clusters.gateway.reading.records import Span
from clusters.messages.reading.offset_ranges import Places


@dataclass(frozen=True)
class Tally:
    """What was done so far: offsets passed, records scanned, matches; and how many offsets to read next at once."""

    passed: int = 0
    looked_at: int = 0
    matches: int = 0
    milliseconds: int = 0
    width: int = 0

    @classmethod
    def of(cls, counts: tuple[int, ...]) -> "Tally":
        """Return the tally that a cursor carries; an empty one where it carries none."""
        return cls(*counts) if len(counts) == len(EMPTY) else cls()

    @property
    def counts(self) -> tuple[int, ...]:
        return astuple(self)


EMPTY = astuple(Tally())


@dataclass(frozen=True)
class Progress:
    """A search up to here. ``left`` are the offsets within its bounds that were not looked at yet."""

    tally: Tally
    left: int
    goes_on: bool = False  # by itself, in the next request

    @property
    def percent(self) -> int:
        """The share of the offsets that is done; 100 only when nothing is left."""
        total = self.tally.passed + self.left
        return self.tally.passed * 100 // total if total else 100

    @property
    def per_second(self) -> int | None:
        """Records scanned in a second; None while nothing was measured."""
        return self.tally.looked_at * 1000 // self.tally.milliseconds if self.tally.milliseconds else None


def distance(before: Places, after: Places) -> int:
    """Return how many offsets lie between two places in each partition, forwards or backwards."""
    return sum(abs(after[partition] - offset) for partition, offset in before.items() if partition in after)


def remaining(available: Mapping[int, Span], places: Places, *, newest: bool) -> int:
    """Return how many offsets lie ahead of places; none where there is no place."""
    return sum(
        max(0, offset - available[partition].start if newest else available[partition].end - offset)
        for partition, offset in places.items()
        if partition in available
    )
