"""Waiting for what must become true."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(check: Callable[[], T], timeout: float = 30.0, every: float = 0.1) -> T:
    """Return the first truthy answer of ``check``; fail with its last answer, or error, after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    last: object = None
    while time.monotonic() < deadline:
        try:
            response = check()
            if response:
                return response
            last = response
        except Exception as error:
            last = error
        time.sleep(every)
    raise AssertionError(f"not so within {timeout:g} s; last: {last!r}")
