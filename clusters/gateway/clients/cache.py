"""Clients cached by connection: a bounded LRU cache that is never shared across a fork."""

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
    """One client per connection. Thread-safe; a child process starts with an empty cache.

    A closed client stays referenced for ``linger`` seconds, and is let go of on the thread of a caller.
    """

    def __init__(
        self, close: Callable[[T], object], *, linger: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.close, self.linger, self.clock = close, linger, clock
        self.lock = threading.Lock()
        self.clients: OrderedDict[Connection, tuple[T, float]] = OrderedDict()
        self.closed: list[tuple[T, float]] = []
        os.register_at_fork(after_in_child=self.start_empty)

    def start_empty(self) -> None:
        """Start without the parent's clients. They stay referenced, since closing one in the child would hang."""
        self.inherited = self.clients, self.closed
        self.lock, self.clients, self.closed = threading.Lock(), OrderedDict(), []

    def get(self, connection: Connection, make_client: Callable[[], T]) -> T:
        """Return the connection's client, creating it if there is none. ``make_client`` may be slow, and may raise."""
        with self.lock:
            cached = self.touched(connection)
            stale, gone = self.overdue(), self.no_longer_lingering()
        gone.clear()  # here, where the lock is not held
        self.close_all(stale)
        if cached is not None:
            return cached
        client = make_client()
        with self.lock:
            earlier = self.touched(connection)
            if earlier is None:
                self.clients[connection] = (client, self.clock())
        if earlier is None:
            return client
        self.close_all([client])
        return earlier

    def peek(self, connection: Connection) -> T | None:
        """Return the cached client without counting this as a use."""
        with self.lock:
            return self.clients[connection][0] if connection in self.clients else None

    def touched(self, connection: Connection) -> T | None:
        """Return the cached client and mark it as the most recently used."""
        if connection not in self.clients:
            return None
        client, _ = self.clients.pop(connection)
        self.clients[connection] = (client, self.clock())
        return client

    def overdue(self) -> list[T]:
        """Take out the clients that are too many or unused for too long, in the order of their last use."""
        stale = []
        while self.clients:
            connection, (client, used) = next(iter(self.clients.items()))
            if len(self.clients) <= MOST and self.clock() - used < IDLE:
                break
            del self.clients[connection]
            stale.append(client)
        return stale

    def no_longer_lingering(self) -> list[tuple[T, float]]:
        """Take out the closed clients whose time is over."""
        now = self.clock()
        gone = [each for each in self.closed if now - each[1] >= self.linger]
        self.closed = [each for each in self.closed if now - each[1] < self.linger]
        return gone

    def drop(self, connection: Connection) -> None:
        with self.lock:
            client, _ = self.clients.pop(connection, (None, 0.0))
        if client is not None:
            self.close_all([client])

    def close_all(self, clients: list[T]) -> None:
        """Close clients that may already be in a bad state."""
        for client in clients:
            with contextlib.suppress(Exception):
                self.close(client)
        if self.linger:
            with self.lock:
                self.closed += [(client, self.clock()) for client in clients]
