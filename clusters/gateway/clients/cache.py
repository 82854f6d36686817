"""Things kept by connection: bounded, the longest unused closed first, and never carried over a fork."""

import contextlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from clusters.gateway.clients.connection import Connection

T = TypeVar("T")
MOST = 100  # connections; a client has some 6 threads and 10 file descriptors
IDLE = 900.0  # seconds after which an unused client is closed


class Cache(Generic[T]):
    """One thing for each connection. Thread-safe; a child process starts with none."""

    def __init__(self, close: Callable[[T], object], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.close, self.clock = close, clock
        self.lock = threading.Lock()
        self.kept: OrderedDict[Connection, tuple[T, float]] = OrderedDict()
        os.register_at_fork(after_in_child=self.start_anew)

    def start_anew(self) -> None:
        """Begin without the parent's things. They stay referred to: closing one in the child would hang."""
        self.inherited = self.kept
        self.lock, self.kept = threading.Lock(), OrderedDict()

    def get(self, connection: Connection, make: Callable[[], T]) -> T:
        """Return the connection's thing, made now if there is none. ``make`` may take its time, and may raise."""
        with self.lock:
            found = self.touched(connection)
            stale = self.overdue()
        self.close_all(stale)
        if found is not None:
            return found
        made = make()
        with self.lock:
            first = self.touched(connection)
            if first is None:
                self.kept[connection] = (made, self.clock())
        if first is None:
            return made
        self.close_all([made])
        return first

    def peek(self, connection: Connection) -> T | None:
        """Return what is kept, without counting that as a use."""
        with self.lock:
            return self.kept[connection][0] if connection in self.kept else None

    def touched(self, connection: Connection) -> T | None:
        """Return what is kept, now the latest used."""
        if connection not in self.kept:
            return None
        thing, _ = self.kept.pop(connection)
        self.kept[connection] = (thing, self.clock())
        return thing

    def overdue(self) -> list[T]:
        """Take out what is too many or too long unused; the order is that of use."""
        stale = []
        while self.kept:
            connection, (thing, used) = next(iter(self.kept.items()))
            if len(self.kept) <= MOST and self.clock() - used < IDLE:
                break
            del self.kept[connection]
            stale.append(thing)
        return stale

    def drop(self, connection: Connection) -> None:
        """Close and forget a connection's thing, if there is one."""
        with self.lock:
            thing, _ = self.kept.pop(connection, (None, 0.0))
        if thing is not None:
            self.close_all([thing])

    def close_all(self, things: list[T]) -> None:
        """Close things that may be in a bad state already."""
        for thing in things:
            with contextlib.suppress(Exception):
                self.close(thing)
