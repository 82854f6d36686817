"""Answers to slow questions: asked aside, waited for a little, and kept for a while."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
ABREAST = 16
FORGOTTEN = 60  # times that an answer is kept for, after which one that nobody wants is dropped


class BackgroundCache(Generic[Key, Value]):
    """What a question gives by key. An answer that is late is there the next time, an old one until there is a newer.

    Args:
        ask: the question; where it raises anything there is no answer.
        keep: seconds after which it is asked again.
        wait: seconds that anybody waits, counted from when it was first asked: who comes later, or meets an answer that
            is being renewed, waits no more.
    """

    def __init__(self, ask: Callable[[Key], Value], *, keep: float, wait: float) -> None:
        self.ask, self.keep, self.wait = ask, keep, wait
        self._answers: dict[Key, Value] = {}
        self._asked_at: dict[Key, float] = {}
        self._waited_for_until: dict[Key, float] = {}
        self._asking: set[Key] = set()
        self._changed = threading.Condition()

    def get(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Return the answers that are there in time."""
        requested = set(keys)
        with self._changed:
            now = time.monotonic()
            due = self._due(requested, now)
            for _ in range(min(ABREAST, due.qsize())):
                threading.Thread(target=self._work, args=(due,), daemon=True).start()
            until = max((self._waited_for_until[key] for key in requested & self._asking), default=now)
            self._changed.wait_for(lambda: not requested & self._asking, max(until - now, 0))
            return {key: self._answers[key] for key in requested if key in self._answers}

    def _due(self, requested: set[Key], now: float) -> SimpleQueue[Key]:
        for key in [key for key, at in self._asked_at.items() if now - at > FORGOTTEN * self.keep]:
            for by_key in (self._asked_at, self._waited_for_until, self._answers):
                by_key.pop(key, None)
        due: SimpleQueue[Key] = SimpleQueue()
        for key in requested - self._asking:
            if key not in self._asked_at or now - self._asked_at[key] > self.keep:
                self._asked_at[key] = now
                self._waited_for_until.setdefault(key, now + self.wait)
                self._asking.add(key)
                due.put(key)
        return due

    def _work(self, due: SimpleQueue[Key]) -> None:
        with suppress(Empty):
            while True:
                self._answer(due.get_nowait())

    def _answer(self, key: Key) -> None:
        with suppress(Exception):
            value = self.ask(key)
            with self._changed:
                self._answers[key] = value
        with self._changed:
            self._asking.discard(key)
            self._changed.notify_all()
