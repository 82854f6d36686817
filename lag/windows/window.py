"""A window: the last few commits of one group on one partition, by ascending order.

A window is a flat array of five numbers per commit, 40 bytes, because a shard keeps a million commits: as objects
they would take five times the memory, and the garbage collector would walk them all. Instead of the lag it keeps the
end offset that the lag was measured against, since a lag may need 64 unsigned bits and an offset never does.
"""

from array import array
from collections.abc import Iterator, Sequence
from enum import Enum
from struct import Struct
from typing import overload

from lag.types import Commit, Int64s

_WIDTH = 5
_ROW = Struct("=5q")
_OFFSET, _ORDER, _TIME, _OBSERVED, _END = range(_WIDTH)
_NEWEST_ORDER, _NEWEST_TIME = _ORDER - _WIDTH, _TIME - _WIDTH
UNKNOWN_END = -(2**63)  # as an end offset: the lag was not measured


class Placed(Enum):
    APPENDED = "appended"
    BACKFILLED = "backfilled"
    DROPPED = "dropped"


APPENDED = Placed.APPENDED  # up to Python 3.11, a member's name takes ten times as long, and commits are many


def new() -> Int64s:
    return array("q")


def place(
    rows: Int64s, intervals: int, min_distance_ms: int, commit: tuple[int, int, int], observed_ms: int, end: int
) -> Placed:
    """Put a commit (offset, order, timestamp_ms) where its order says; offset and time play no part in that.

    ``intervals`` is the most commits a window holds and ``end`` the partition's newest end offset. A commit less than
    ``min_distance_ms`` after the one before it replaces that one and keeps its time. A negative difference is less too,
    so times never fall along appended commits even at a minimum distance of 0.
    """
    offset, order, timestamp_ms = commit
    if not rows or order > rows[_NEWEST_ORDER]:
        if rows and timestamp_ms - rows[_NEWEST_TIME] < min_distance_ms:
            _merge(rows, len(rows) - _WIDTH, commit, observed_ms, end)
            return APPENDED
        rows.extend((offset, order, timestamp_ms, observed_ms, end))
        if len(rows) > intervals * _WIDTH:
            del rows[:_WIDTH]
        return APPENDED
    return _backfill(rows, len(rows) >= intervals * _WIDTH, min_distance_ms, commit, observed_ms)


def _backfill(rows: Int64s, full: bool, min_distance_ms: int, commit: tuple[int, int, int], observed_ms: int) -> Placed:
    """Put in a commit older than the newest. Its lag is unknown: the end offset of its time is not remembered."""
    order, timestamp_ms = commit[_ORDER], commit[_TIME]
    before = _row_before(rows, order)
    if (before < 0 and full) or (before >= 0 and rows[before + _ORDER] == order):
        return Placed.DROPPED
    row = array("q", (*commit, observed_ms, UNKNOWN_END))
    if before < 0:
        rows[0:0] = row
    elif full and before == 0:
        rows[0:_WIDTH] = row
    elif timestamp_ms - rows[before + _TIME] < min_distance_ms:
        _merge(rows, before, commit, observed_ms, UNKNOWN_END)
    else:
        rows[before + _WIDTH : before + _WIDTH] = row
        if full:
            del rows[:_WIDTH]
    return Placed.BACKFILLED


def _row_before(rows: Int64s, order: int) -> int:
    """Return where the newest row with this order or a smaller one starts; below 0 when there is none."""
    at = len(rows) - _WIDTH
    while at >= 0 and rows[at + _ORDER] > order:
        at -= _WIDTH
    return at


def _merge(rows: Int64s, at: int, commit: tuple[int, int, int], observed_ms: int, end: int) -> None:
    rows[at + _OFFSET] = commit[_OFFSET]
    rows[at + _ORDER] = commit[_ORDER]
    rows[at + _OBSERVED] = observed_ms
    rows[at + _END] = end


def is_whole(rows: Int64s) -> bool:
    """Tell whether the numbers make whole commits, where they come from a file or a database."""
    return len(rows) % _WIDTH == 0


def trim(rows: Int64s, intervals: int) -> None:
    """Keep only the newest commits, where a window was saved under a larger setting."""
    del rows[: -intervals * _WIDTH]


def newest_offset(rows: Int64s) -> int:
    """Return the newest commit's offset; the window must not be empty."""
    return rows[_OFFSET - _WIDTH]


def newest_order(rows: Int64s) -> int:
    """Return the newest commit's order; the window must not be empty."""
    return rows[_NEWEST_ORDER]


class Commits(Sequence[Commit]):
    """A window's commits, made into objects only when they are read: most partitions are judged without."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Int64s) -> None:
        """Take a copy, so that commits that arrive later don't show."""
        self._rows = rows[:]

    def __len__(self) -> int:
        return len(self._rows) // _WIDTH

    def offsets(self) -> list[int]:
        return self._rows[_OFFSET::_WIDTH].tolist()

    def measured(self) -> list[int]:
        """Return the end offset that each lag was measured against, UNKNOWN_END where it was not."""
        return self._rows[_END::_WIDTH].tolist()

    def span_ms(self) -> tuple[int, int]:
        """Return the first and the last commit's own time in milliseconds; the window must not be empty."""
        return self._rows[_TIME], self._rows[_NEWEST_TIME]

    @overload
    def __getitem__(self, index: int) -> Commit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Commit, ...]: ...
    def __getitem__(self, index: int | slice) -> Commit | tuple[Commit, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        filled = len(self)
        position = index if index >= 0 else filled + index
        if not 0 <= position < filled:
            raise IndexError(f"the window has no commit {index}")
        return _commit(*_ROW.unpack_from(self._rows, position * _ROW.size))

    def __iter__(self) -> Iterator[Commit]:
        return (_commit(*row) for row in _ROW.iter_unpack(self._rows))


def _commit(offset: int, order: int, timestamp_ms: int, observed_ms: int, end: int) -> Commit:
    lag: int | None = end - offset if end > offset else 0
    return Commit(offset, order, timestamp_ms, observed_ms, None if end == UNKNOWN_END else lag)
