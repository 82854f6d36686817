"""What is read of files, kept until one of them changes, and kept where they can't be read any more.

A file may be changed while processes run, as a mounted Secret is. Each process looks at the files' stamps when it needs
what is in them: no message between processes, and no restart.
"""

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import RLock
from typing import Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

SETTLE_SECONDS = 1.0  # for which a changed file has to stay as it is: an editor may be writing it
T = TypeVar("T")
_stamps: ContextVar[dict[str, str] | None] = ContextVar("stamps", default=None)


def stamp(path: str) -> str:
    """Return text that changes when a file does; empty for a missing file."""
    try:
        stat = Path(path).stat()
    except (OSError, ValueError):
        return ""
    return f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"


def note(path: str | Path) -> None:
    """Remember that a file is about to be read, for whoever notes the files of what is being read."""
    stamps = _stamps.get()
    if stamps is not None:
        stamps.setdefault(str(path), stamp(str(path)))


@contextmanager
def noted() -> Iterator[dict[str, str]]:
    """Give the stamps of the files that are read meanwhile, from before each was read."""
    stamps: dict[str, str] = {}
    token = _stamps.set(stamps)
    try:
        yield stamps
    finally:
        _stamps.reset(token)


class PartlyUsable(ImproperlyConfigured):
    """Some of what was read cannot be used, each for a reason; ``usable`` is the rest."""

    def __init__(self, failures: Iterable[str], usable: object) -> None:
        super().__init__("\n".join(failures))
        self.usable = usable


class Rereading(Generic[T]):
    """A function that reads files, called again when they changed; while it fails, its last good result stands.

    ``read`` is told whether there is a last good result. Where there is none, as at a start, or for other arguments,
    which is another configuration, what is usable stands, or ``otherwise``: what lets nobody in.
    """

    def __init__(self, read: Callable[[bool], T], otherwise: T) -> None:
        self._read, self._otherwise, self._lock = read, otherwise, RLock()
        self.cache_clear()

    def cache_clear(self) -> None:
        self._key: Hashable = None
        self._good: list[T] = []
        self._usable = self._otherwise
        self._failure = ""
        self._known: dict[str, str] | None = None
        self._seen: tuple[dict[str, str], float] = {}, 0.0

    def __call__(self, *key: Hashable) -> T:
        with self._lock:
            if key != self._key:
                self.cache_clear()
                self._key = key
            if self._known is None or self._has_settled_change(self._known):
                self._reread()
            return self._good[0] if self._good else self._usable

    @property
    def failure(self) -> str:
        """Why the files can't be used as they are now; empty where they can."""
        return self._failure

    @property
    def has_value(self) -> bool:
        """Whether the files could be used, as they are or were."""
        return bool(self._good)

    def _has_settled_change(self, stamps: dict[str, str]) -> bool:
        present = {path: stamp(path) for path in stamps}
        if present == stamps:
            return False
        if present != self._seen[0]:
            self._seen = present, time.monotonic()
        return not self._good or time.monotonic() - self._seen[1] >= SETTLE_SECONDS

    def _reread(self) -> None:
        with noted() as stamps:
            try:
                self._good, self._failure = [self._read(bool(self._good))], ""
            except ImproperlyConfigured as error:
                self._failure, self._usable = str(error), getattr(error, "usable", self._otherwise)
        self._known = {**(self._known or {}), **stamps} if self._failure else stamps
