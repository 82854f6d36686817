"""The rules' verdict from a window's columns, for ticks that judge a hundred thousand windows.

``rules`` defines the verdict; this is only a faster way to it, and tests compare the two.
"""

from collections.abc import Sequence
from operator import sub

from lag.types import Status
from lag.verdicts.rules import first_rewind, is_stopped
from lag.windows.window import UNKNOWN_END, Commits

# Up to Python 3.11, a member's name takes ten times as long.
_OK, _WARN, _STOP, _STALL, _REWIND = Status.OK, Status.WARN, Status.STOP, Status.STALL, Status.REWIND


def status_of(commits: Commits, ends: Sequence[int], current_lag: int, allowed_lag: int, now_ms: int) -> Status:
    """Return the status of a window of at least one commit. ``now_ms`` is a whole second in milliseconds."""
    if current_lag <= allowed_lag:
        return _OK
    offsets = commits.offsets()
    newest = offsets[-1]
    if is_stopped(*commits.span_ms(), now_ms) and not (ends and min(ends) <= newest):
        return _STOP
    rising = offsets == sorted(offsets)
    if not rising and _went_back(offsets):
        return _REWIND
    lags = _known_lags(offsets, commits.measured())
    if lags and min(lags) <= allowed_lag:
        return _OK
    if rising and offsets[0] == newest:
        return _STALL
    return _WARN if lags == sorted(lags) else _OK


def _went_back(offsets: list[int]) -> bool:
    index = first_rewind(offsets)
    return index is not None and max(offsets[index:]) < offsets[index - 1]


def _known_lags(offsets: list[int], measured: list[int]) -> list[int]:
    lags = list(map(sub, measured, offsets))
    if min(lags) >= 0:
        return lags
    return [max(lag, 0) for lag, end in zip(lags, measured, strict=True) if end != UNKNOWN_END]
