"""A cache of slow answers: fetched in background threads, waited for briefly, and kept for a while."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
MAX_THREADS = 16
FORGOTTEN = 60  # multiples of ``keep`` after which an answer that nobody asks for is dropped


class BackgroundCache(Generic[Key, Value]):
    """Answers by key. A late answer is there the next time; an old one is used until a newer one arrives.

    Args:
        ask: fetches an answer; where it raises anything there is no answer.
        keep: seconds after which an answer is fetched again.
        wait: seconds that a caller waits, counted from the first request for the key: later callers, and those who meet
            an answer that is being renewed, do not wait again.
    """

    def __init__(self, ask: Callable[[Key], Value], *, keep: float, wait: float) -> None:
        self.ask, self.keep, self.wait = ask, keep, wait
        self._answers: dict[Key, Value] = {}
        self._fetched_at: dict[Key, float] = {}
        self._wait_until: dict[Key, float] = {}
        self._pending: set[Key] = set()
        self._changed = threading.Condition()

    def get(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Return the answers that are there in time."""
        requested = set(keys)
        with self._changed:
            now = time.monotonic()
            due = self._due(requested, now)
            for _ in range(min(MAX_THREADS, due.qsize())):
                threading.Thread(target=self._work, args=(due,), daemon=True).start()
            until = max((self._wait_until[key] for key in requested & self._pending), default=now)
            self._changed.wait_for(lambda: not requested & self._pending, max(until - now, 0))
            return {key: self._answers[key] for key in requested if key in self._answers}

    def _due(self, requested: set[Key], now: float) -> SimpleQueue[Key]:
        for key in [key for key, at in self._fetched_at.items() if now - at > FORGOTTEN * self.keep]:
            for by_key in (self._fetched_at, self._wait_until, self._answers):
                by_key.pop(key, None)
        due: SimpleQueue[Key] = SimpleQueue()
        for key in requested - self._pending:
            if key not in self._fetched_at or now - self._fetched_at[key] > self.keep:
                self._fetched_at[key] = now
                self._wait_until.setdefault(key, now + self.wait)
                self._pending.add(key)
                due.put(key)
        return due

    def _work(self, due: SimpleQueue[Key]) -> None:
        with suppress(Empty):
            while True:
                self._fetch(due.get_nowait())

    def _fetch(self, key: Key) -> None:
        with suppress(Exception):
            value = self.ask(key)
            with self._changed:
                self._answers[key] = value
        with self._changed:
            self._pending.discard(key)
            self._changed.notify_all()
