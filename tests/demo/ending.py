"""Noticing that it is time to end, and ending what was started."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from tests.kafka.waiting import eventually

SECONDS = 2.0  # that processes get to end by themselves


def on_signal() -> threading.Event:
    """Return what SIGTERM and SIGINT set.

    A thread of its own sets it: the handler runs amid whatever the main thread does, which may be about to wait for
    the event and hold its lock.
    """
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=ending.set).start())
    return ending


def interrupt_on_signals() -> None:
    """Have SIGTERM and SIGINT interrupt whatever the main thread does."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupt)


def interrupt(*_: object) -> NoReturn:
    """Raise KeyboardInterrupt, once: what ends processes is not interrupted itself.

    Where Python only notes an exception, e.g. after a fork, it is lost: who waits asks ``is_interrupted``.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def is_interrupted() -> bool:
    """Tell whether a signal came since ``interrupt_on_signals``."""
    return signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def end(processes: "Collection[subprocess.Popen[bytes]]") -> None:
    """End processes and all that they started: all at once and politely first, then not."""
    everything = [pid for process in processes for pid in family(process.pid)]
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + SECONDS
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for pid in everything:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for process in processes:
        process.wait()
    eventually(lambda: not any(map(runs, everything)), timeout=5, every=0.02)


def family(pid: int) -> list[int]:
    """Return a process and all below it; nothing of one that has ended."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(member for child in children for member in family(int(child)))]


def runs(pid: int) -> bool:
    """Tell whether a process runs: one that has ended may still be listed, with no memory."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False
