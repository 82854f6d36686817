"""Keeping a few child processes alive: one that dies, or hangs, is started again; a signal ends them all.

Children are forked: what the supervisor has imported is in memory once. It must have neither threads nor connections.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

from core.outage import full_disk_outage, is_full
from kafkaadmin.runtime import heartbeat

CALM = 10.0  # seconds after which a child counts as having started well
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
PAUSE = 0.3  # seconds between two looks at the children
PATIENCE = 4.0  # seconds that children get to end before they are killed
SILENCE = 120.0  # seconds without a sign of life after which a child that gave them hangs
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
FORK = multiprocessing.get_context("fork")

Work = Callable[[], int | None]


def tell_kernel(name: str) -> None:
    """Have ``ps`` and ``top`` tell the child's name, and end it when its parent is gone, however it went (Linux)."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NAME, f"ka-{name}".encode())
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def begin(name: str, work: Work, parent: int) -> None:
    """Do a child's work, in a session of its own: Ctrl-C reaches the supervisor alone, which ends its children."""
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    tell_kernel(name)
    if os.getppid() == parent:
        sys.exit(work())


def say(sentence: str) -> None:
    """Write a line to the log. That it cannot be written, as on a full disk, is no reason to end."""
    with suppress(OSError):
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()


class DiskWatch:
    """Says when the disk that holds a folder is full, and when it no longer is."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.full = folder, False

    def look(self) -> None:
        """Say what has changed since the last look."""
        before, self.full = self.full, is_full(self.folder)
        if self.full and not before:
            outage = full_disk_outage(str(self.folder))
            say(f"{outage.sentence} {outage.advice}")
        elif before and not self.full:
            say(f"The disk that holds {self.folder} has free space again.")


class Child:
    """A child's work, its present process, and how long to wait before starting it again."""

    def __init__(self, name: str, work: Work) -> None:
        self.name, self.work = name, work
        self.pause, self.start_at = 0.0, 0.0
        self.process: multiprocessing.process.BaseProcess | None = None

    def start(self, now: float) -> None:
        """Start the process."""
        self.started = now
        self.heard, self.heard_at = heartbeat.last(self.name), float("inf")
        self.process = FORK.Process(target=begin, args=(self.name, self.work, os.getpid()), name=self.name)
        self.process.start()

    def listen(self, process: multiprocessing.process.BaseProcess, now: float) -> None:
        """Kill the running process if it gave signs of life, and gives none any more: it hangs.

        Whether there was a sign is seen by its change, not by its age: clocks may be set.
        """
        heard = heartbeat.last(self.name)
        if heard != self.heard:
            self.heard, self.heard_at = heard, now
        if now - self.heard_at > SILENCE:
            say(f"{self.name} gave no sign of life for {SILENCE:g} s and is killed")
            process.kill()
            process.join()

    def tend(self, now: float) -> None:
        """Start the process if it is not running, later each time if it dies young."""
        if self.process:
            self.listen(self.process, now)
        if self.process and self.process.exitcode is not None:
            died_young = now - self.started < CALM
            self.pause = min(LONGEST_PAUSE, self.pause * 2 or 0.5) if died_young else 0.0
            status, self.process = self.process.exitcode, None
            self.start_at = now + self.pause
            say(f"{self.name} ended with status {status}; starting again in {self.pause:g} s")
        if self.process is None and now >= self.start_at:
            self.start(now)


class Supervisor:
    """Runs children until a SIGTERM or SIGINT."""

    def __init__(self, works: Mapping[str, Work], folder: Path) -> None:
        self.disk = DiskWatch(folder)
        self.children = [Child(name, work) for name, work in works.items()]
        self.ending = False

    def run(self) -> int:
        """Tend the children until told to end. Returns the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)
        while not self.ending:
            self.disk.look()
            for child in self.children:
                child.tend(time.monotonic())
            time.sleep(PAUSE)
        self.stop()
        return 0

    def end(self, _number: int, _frame: FrameType | None) -> None:
        """Note that it is time to end."""
        self.ending = True

    def stop(self) -> None:
        """End all children: politely first, then not."""
        running = [child.process for child in self.children if child.process and child.process.is_alive()]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
