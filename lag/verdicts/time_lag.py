"""Lag in time: how many seconds a consumer is behind, and how many it needs to catch up."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from core.web.formats import duration
from lag.types import Commit
from lag.verdicts.rules import is_stopped
from lag.windows.timeline import Timeline

_PRODUCTION_MS = 60_000  # the least time to measure production over: end offsets come every ten seconds or so


@dataclass(frozen=True, slots=True)
class TimeLag:
    """The age, in seconds, of the oldest record that was not consumed; 0 where all were.

    ``uncertainty`` is the time between the two looks at the end offset between which the record was written.
    ``at_least`` says that the record is older than the history.
    """

    seconds: float
    uncertainty: float
    at_least: bool = False

    @property
    def sentence(self) -> str:
        """The lag in words, such as ``42 s behind, ± 5 s``."""
        if self.at_least:
            return f"over {duration(self.seconds)}"
        if not self.seconds:
            return "none"
        return f"{duration(self.seconds)} ± {duration(max(self.uncertainty, 1))}"


@dataclass(frozen=True, slots=True)
class CatchUp:
    """How long a consumer takes to reach the end of the log, with records per second consumed and produced.

    ``seconds`` is None where it never does at this rate.
    """

    seconds: float | None
    consumed: float
    produced: float

    @property
    def never(self) -> bool:
        return self.seconds is None

    @property
    def sentence(self) -> str:
        """The estimate in words, such as ``catches up in about 3 min``."""
        if self.seconds is None:
            return "not catching up"
        return f"catches up in about {duration(self.seconds)}" if self.seconds else "caught up"


def time_lag(committed: int, timeline: Timeline, now_ms: int) -> TimeLag | None:
    """Return how far behind in time a committed offset is; None while no end offset was seen.

    The record at the committed offset is the oldest unread one. It was written when the end offset passed it.
    """
    if not timeline.ends:
        return None
    passed = bisect_right(timeline.ends, committed)
    if passed == len(timeline.ends):
        return TimeLag(0.0, 0.0)
    if passed == 0:
        return TimeLag(_seconds(now_ms - timeline.moments[0]), 0.0, at_least=True)
    before, after = timeline.moments[passed - 1], timeline.moments[passed]
    low, high = timeline.ends[passed - 1], timeline.ends[passed]
    # The mean position of the k-th of n records that arrive at random between two moments.
    written = before + (after - before) * (committed - low + 1) / (high - low + 1)
    return TimeLag(_seconds(now_ms - written), _seconds(after - before))


def catch_up(commits: Sequence[Commit], timeline: Timeline, now_ms: int) -> CatchUp | None:
    """Estimate when a consumer reaches the end, from the commits in its window since its last rewind.

    None where unknown: fewer than two commits, all commits at one moment, or too short a history.
    """
    steady = _since_last_rewind(commits)
    produced = _produced(steady[0].timestamp_ms, timeline, now_ms) if steady else None
    consumed = _consumed(steady, now_ms) if steady else None
    if produced is None or consumed is None:
        return None
    unread = max(timeline.ends[-1] - steady[-1].offset, 0)
    if not unread:
        return CatchUp(0.0, consumed, produced)
    gained = consumed - produced
    return CatchUp(unread / gained if gained > 0 else None, consumed, produced)


def _since_last_rewind(commits: Sequence[Commit]) -> Sequence[Commit]:
    start = len(commits) - 1
    while start > 0 and commits[start - 1].offset <= commits[start].offset:
        start -= 1
    return commits[max(start, 0) :]


def _consumed(commits: Sequence[Commit], now_ms: int) -> float | None:
    """Return records consumed per second; 0 for a consumer that has stopped committing."""
    first, last = commits[0], commits[-1]
    span = last.timestamp_ms - first.timestamp_ms
    if span <= 0:
        return None
    stopped = is_stopped(first.timestamp_ms, last.timestamp_ms, now_ms)
    return 0.0 if stopped else (last.offset - first.offset) * 1000 / span


def _produced(since_ms: int, timeline: Timeline, now_ms: int) -> float | None:
    """Return records written per second since a moment, or over a minute if that is longer."""
    if not timeline.moments:
        return None
    stop = timeline.moments[-1]
    start = max(min(since_ms, now_ms - _PRODUCTION_MS), timeline.moments[0])
    at_start = timeline.end_at(start)
    if at_start is None or start >= stop:
        return None
    return (timeline.ends[-1] - at_start) * 1000 / (stop - start)


def _seconds(milliseconds: float) -> float:
    """Return seconds; a time in the future, by a clock that was set back, counts as now."""
    return max(milliseconds, 0) / 1000
