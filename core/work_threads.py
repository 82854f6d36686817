"""Threads for work that may not come back: a call into C can hang for ever, and no thread can be ended from outside.

Whoever hands in work waits as long as they like; the thread is lost to nobody else. A pool of fixed size would be used
up by as many pieces of work that hang, and would keep the process from ending.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue

Work = Callable[[], None]
Jobs = SimpleQueue[tuple["Future[None]", Work]]


class WorkThreads:
    """As many threads as there is work at once. Idle ones are used again: they have a connection to the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Jobs] = []

    def submit(self, work: Work) -> "Future[None]":
        """Begin work at once, and return the future that its end or its exception is known by."""
        future: Future[None] = Future()
        self._idle_jobs().put((future, work))
        return future

    def _idle_jobs(self) -> Jobs:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        jobs: Jobs = SimpleQueue()
        threading.Thread(target=self._work, args=(jobs,), daemon=True).start()
        return jobs

    def _work(self, jobs: Jobs) -> None:
        while True:
            future, work = jobs.get()
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it
                self._rest(jobs)
                future.set_exception(error)
            else:
                self._rest(jobs)
                future.set_result(None)
            del future, work  # nothing of it stays in memory while the thread waits

    def _rest(self, jobs: Jobs) -> None:
        with self._lock:
            self._idle.append(jobs)
