"""Clients of librdkafka that are not used any more, kept until no request of theirs is under way.

librdkafka ends the whole process if a client ends on a thread of its own. There it tells results; where that is a late
one, of a client that was given up, Python's garbage collector may run there, and find the client.
"""

import os
import threading
import time
from collections.abc import Callable

SECONDS = 15.0  # longer than any request may take


class Lingering:
    """Keeps clients for a while, and lets go of them on the threads of its callers. A child process lets go of none."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.lock = clock, threading.Lock()
        self.clients: list[tuple[float, object]] = []
        os.register_at_fork(after_in_child=self.start_empty)

    def start_empty(self) -> None:
        """Start without the parent's clients. They stay referenced, since ending one in the child would hang."""
        self.inherited = self.clients
        self.lock, self.clients = threading.Lock(), []

    def keep(self, client: object) -> None:
        """Keep a client that was given up."""
        with self.lock:
            self.clients.append((self.clock() + SECONDS, client))

    def let_go(self) -> None:
        """Let go of clients whose time is over."""
        if not self.clients:
            return
        with self.lock:
            now = self.clock()
            over = [each for each in self.clients if each[0] <= now]
            self.clients = [each for each in self.clients if each[0] > now]
        over.clear()  # here, where the lock is not held
