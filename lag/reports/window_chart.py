"""A window as a picture: points for the commits, and a line for where the log ended. Pure: numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass

from lag.types import Commit

WIDTH, HEIGHT, MARGIN = 640, 160, 12


@dataclass(frozen=True)
class Dot:
    """A commit's place in the picture; ``end`` is the height of the log's end, None where unknown."""

    x: float
    y: float
    end: float | None
    commit: Commit


@dataclass(frozen=True)
class Drawing:
    """The picture's dots, and its two lines as the ``points`` of an SVG polyline."""

    dots: tuple[Dot, ...]
    committed: str
    ends: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(commits: Sequence[Commit]) -> Drawing:
    """Place commits by time and offset; the log's end is offset plus lag."""
    tops = [commit.offset + (commit.lag or 0) for commit in commits]
    times = Scale([commit.timestamp_ms for commit in commits], MARGIN, WIDTH - MARGIN)
    heights = Scale([*tops, *(commit.offset for commit in commits)], HEIGHT - MARGIN, MARGIN)
    dots = tuple(
        Dot(
            times(commit.timestamp_ms),
            heights(commit.offset),
            None if commit.lag is None else heights(commit.offset + commit.lag),
            commit,
        )
        for commit in commits
    )
    committed = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    return Drawing(dots, committed, " ".join(f"{dot.x},{dot.end}" for dot in dots if dot.end is not None))


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
