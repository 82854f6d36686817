"""Memory: what a large task needed for a moment is given back, and what stays is hidden from the collector."""

import ctypes
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONG = 0.5  # seconds of work; shorter work leaves little to give back, and trimming takes milliseconds
# glibc has it; other C libraries return memory by themselves or not at all.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
# New objects until a collection; Python's default is 700 (10, 10). Refreshing 50,000 partitions makes 100,000 futures,
# and with the default it spent half of its time looking for reference cycles among them.
THRESHOLDS = (50_000, 20, 20)
M_ARENA_MAX = -8  # of malloc.h


@contextmanager
def borrowed() -> Iterator[None]:
    """Give memory that the work inside has freed back to the system, if the work took long."""
    began = time.monotonic()
    try:
        yield
    finally:
        if _trim and time.monotonic() - began > LONG:
            _trim(0)


def give_back() -> None:
    """Give back what was allocated for a moment."""
    if _trim:
        _trim(0)


def settle() -> None:
    """Have the garbage collector ignore what is there now, and run less often.

    A process that has started has some 200,000 objects that stay: code, settings, models, routes. Walking them all
    whenever an answer makes as many new ones took longer than the answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


def limit_arenas() -> None:
    """Have threads share two arenas: with glibc's eight a core, every thread's largest moment is kept in its own."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_ARENA_MAX, 2)
