"""A window as a picture: points for the commits, and a line for where the log ended. Pure: numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.web.pictures import Scale
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
