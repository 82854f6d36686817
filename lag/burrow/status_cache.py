"""Verdicts cached for a while, as in Burrow's evaluator."""

from collections.abc import Callable
from dataclasses import dataclass

from lag.types import GroupStatus, Status
from lag.verdicts.evaluator import only_bad

Evaluate = Callable[[str, str, int], GroupStatus]


@dataclass(frozen=True, slots=True)
class _Entry:
    status: GroupStatus
    evaluated_ms: int


class StatusCache:
    """Serves a group's verdict again for ``expire_cache`` seconds after it was made.

    At 0 a verdict is served for ever, and only NOTFOUND is looked up each time; both are Burrow's.
    """

    __slots__ = ("_clean_at_ms", "_entries", "_evaluate", "_expire_ms")

    def __init__(self, evaluate: Evaluate, expire_cache: int) -> None:
        """``evaluate`` takes cluster, group and the time in milliseconds, and may forget expired groups."""
        self._evaluate = evaluate
        self._expire_ms = expire_cache * 1000
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._clean_at_ms = 0

    def query(self, cluster: str, group: str, now_ms: int, *, show_all: bool) -> GroupStatus:
        """Return the verdict, with all partitions or only the bad ones."""
        status = self._status(cluster, group, now_ms)
        return status if show_all else only_bad(status)

    def _status(self, cluster: str, group: str, now_ms: int) -> GroupStatus:
        entry = self._entries.get((cluster, group))
        if entry is None or not self._is_valid(entry, now_ms):
            return self._renew(cluster, group, now_ms)
        if entry.status.status is Status.NOTFOUND:
            # Burrow answers from the cache and looks again behind it: a new group is NOTFOUND once more.
            self._renew(cluster, group, now_ms)
        return entry.status

    def _is_valid(self, entry: _Entry, now_ms: int) -> bool:
        if not self._expire_ms:
            return entry.status.status is not Status.NOTFOUND
        return now_ms <= entry.evaluated_ms + self._expire_ms

    def _renew(self, cluster: str, group: str, now_ms: int) -> GroupStatus:
        self._clean(now_ms)
        status = self._evaluate(cluster, group, now_ms)
        self._entries[cluster, group] = _Entry(status, now_ms)
        return status

    def _clean(self, now_ms: int) -> None:
        """Drop expired entries, so that requests for unknown names do not use memory for ever."""
        if now_ms >= self._clean_at_ms:
            self._entries = {key: entry for key, entry in self._entries.items() if self._is_valid(entry, now_ms)}
            self._clean_at_ms = now_ms + max(self._expire_ms, 1000)
