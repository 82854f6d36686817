"""Memory: what a look at a large cluster needed for a moment is given back; what stays is not looked through again."""

import ctypes
import gc
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


def settle() -> None:
    """Have the garbage collector pass over what is there now and stays: code, settings, models, routes.

    A process that has started has some 200,000 objects of that kind. To walk them all again whenever an answer makes
    as many new ones took longer than the answer.
    """
    gc.collect()
    gc.freeze()
