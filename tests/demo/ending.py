"""Noticing that it is time to end."""

import signal
import threading


def on_signal() -> threading.Event:
    """Return what SIGTERM and SIGINT set.

    A thread of its own sets it: the handler runs amid whatever the main thread does, which may be about to wait for
    the event and hold its lock.
    """
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=ending.set).start())
    return ending
