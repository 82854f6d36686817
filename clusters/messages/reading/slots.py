"""All readers of a process take a bounded part of it: who comes when it is taken is told to try again."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from clusters.gateway.errors import Busy
from core.memory import give_back

AT_ONCE = 3  # readers, in a process
PATIENCE = 2.0  # seconds that others wait for one of them to end
_readers = BoundedSemaphore(AT_ONCE)


@contextmanager
def reader_slot() -> Iterator[None]:
    """Be one of the readers that the process bears at once; give memory back at the end.

    Raises:
        Busy: the others did not end soon enough.
    """
    if not _readers.acquire(timeout=PATIENCE):
        raise Busy("Others are reading records just now, as many as this process bears.", "Try again in a moment.")
    try:
        yield
    finally:
        _readers.release()
        give_back()
