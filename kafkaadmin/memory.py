"""Giving memory back: what a look at a large cluster needed for a moment is not kept until the next one."""

import ctypes
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONG = 0.5  # seconds of work; below, there is little to give back, and looking for it takes milliseconds
# glibc's; other C libraries have none, and do it by themselves or not at all.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


@contextmanager
def borrowed() -> Iterator[None]:
    """Give back what the work inside has left free, if it took long."""
    began = time.monotonic()
    try:
        yield
    finally:
        if _trim and time.monotonic() - began > LONG:
            _trim(0)
