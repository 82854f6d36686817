"""Numbers as the points of SVG lines. Pure."""

from collections.abc import Iterable, Sequence


class Scale:
    """Maps numbers onto pixels, the smallest to ``start`` and the largest to ``stop``."""

    def __init__(self, numbers: Sequence[float], start: float, stop: float) -> None:
        self.low, self.high = min(numbers, default=0), max(numbers, default=0)
        self.start, self.stop = start, stop

    def __call__(self, number: float) -> float:
        """Return the place of a number; the middle where all are equal."""
        if self.high == self.low:
            return round((self.start + self.stop) / 2, 1)
        part = (number - self.low) / (self.high - self.low)
        return round(self.start + part * (self.stop - self.start), 1)


def polylines(points: Iterable[str | None]) -> tuple[str, ...]:
    """Return runs of known points, each ``x,y``, as lines; a single point is repeated, so that it shows as a dot."""
    runs = " ".join(point or "|" for point in points).split("|")
    return tuple(run if " " in run else f"{run} {run}" for run in map(str.strip, runs) if run)
