"""Keeping a few child processes alive: one that dies, or hangs, is started again; a signal ends them all."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from core.outage import full_disk_outage, is_full
from kafkaadmin.runtime import heartbeat

CALM = 10.0  # seconds after which a child counts as having started well
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
PATIENCE = 15.0  # seconds that children get to end before they are killed
SILENCE = 120.0  # seconds without a heartbeat after which a child that had one counts as hanging
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel end this child when the supervisor is gone, for whatever reason (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def say(sentence: str) -> None:
    """Write a line to the log. Failing to, as on a full disk, is no reason to end."""
    with suppress(OSError):
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()


class DiskWatch:
    """Reports when the disk that holds a folder is full, and when it no longer is."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.full = folder, False

    def look(self) -> None:
        """Report what has changed since the last look."""
        before, self.full = self.full, is_full(self.folder)
        if self.full and not before:
            outage = full_disk_outage(str(self.folder))
            say(f"{outage.sentence} {outage.advice}")
        elif before and not self.full:
            say(f"The disk that holds {self.folder} has room again.")


class Child:
    """One command, its present process, and how long to wait before starting it again."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name, self.command = name, command
        self.pause, self.start_at = 0.0, 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, now: float) -> None:
        self.started = now
        self.heard, self.heard_at = heartbeat.last(self.name), float("inf")
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def listen(self, process: "subprocess.Popen[bytes]", now: float) -> None:
        """Kill the running process if it had a heartbeat and has none any more: it hangs.

        A heartbeat is noticed by its change, not by its age: clocks may be set.
        """
        heard = heartbeat.last(self.name)
        if heard != self.heard:
            self.heard, self.heard_at = heard, now
        if now - self.heard_at > SILENCE:
            say(f"{self.name} gave no sign of life for {SILENCE:g} s and is killed")
            process.kill()
            process.wait()

    def tend(self, now: float) -> None:
        """Start the process if it is not running, after a longer pause each time if it dies young."""
        if self.process:
            self.listen(self.process, now)
        if self.process and self.process.poll() is not None:
            died_young = now - self.started < CALM
            self.pause = min(LONGEST_PAUSE, self.pause * 2 or 0.5) if died_young else 0.0
            status, self.process = self.process.returncode, None
            self.start_at = now + self.pause
            say(f"{self.name} ended with status {status}; starting again in {self.pause:g} s")
        if self.process is None and now >= self.start_at:
            self.start(now)


class Supervisor:
    """Runs children until a SIGTERM or SIGINT."""

    def __init__(self, commands: Mapping[str, Sequence[str]], folder: Path) -> None:
        self.disk_watch = DiskWatch(folder)
        self.children = [Child(name, command) for name, command in commands.items()]
        self.ending = False

    def run(self) -> int:
        """Tend the children until told to end. Returns the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)
        while not self.ending:
            self.disk_watch.look()
            for child in self.children:
                child.tend(time.monotonic())
            time.sleep(0.2)
        self.stop()
        return 0

    def end(self, _number: int, _frame: FrameType | None) -> None:
        """Note that it is time to end."""
        self.ending = True

    def stop(self) -> None:
        """End all children: politely first, then not."""
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
