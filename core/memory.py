"""Memory: what a look at a large cluster needed for a moment is given back; what stays is not looked through again."""

import ctypes
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONG = 0.5  # seconds of work; below, there is little to give back, and looking for it takes milliseconds
# glibc's; other C libraries have none, and do it by themselves or not at all.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
# New objects until the collector looks, where Python's own is 700 (10, 10): a look at 50,000 partitions makes 100,000
# futures, and with Python's numbers half of its time went into looking for circles among them.
THRESHOLDS = (50_000, 20, 20)
M_ARENA_MAX = -8  # of malloc.h


@contextmanager
def borrowed() -> Iterator[None]:
    """Give back what the work inside has left free, if it took long."""
    began = time.monotonic()
    try:
        yield
    finally:
        if _trim and time.monotonic() - began > LONG:
            _trim(0)


def settle() -> None:
    """Have the garbage collector pass over what is there now and stays, and look less often at the rest.

    A process that has started has some 200,000 objects that stay: code, settings, models, routes. To walk them all
    again whenever an answer makes as many new ones took longer than the answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


def limit_arenas() -> None:
    """Have threads share two arenas: with glibc's eight a core, every thread's largest moment is kept in its own."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_ARENA_MAX, 2)
