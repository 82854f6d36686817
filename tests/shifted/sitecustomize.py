"""Shifts the wall clock of a Python process that has this folder on its path: by the seconds in the file CLOCK_FILE.

The file may change while the process runs. Clocks that cannot be set, such as the monotonic one, go on as they are.
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

monotonic, wait = time.monotonic, time.sleep
started = (datetime.now(UTC), monotonic())


def travel(seconds: float) -> time_machine.travel:
    """Return the journey to the true time and some seconds more."""
    true = started[0] + timedelta(seconds=monotonic() - started[1])
    return time_machine.travel(true + timedelta(seconds=seconds), tick=True)


def follow(file: Path) -> None:
    """Shift the clock again whenever the file changes."""
    shown, journey = "", travel(0)
    journey.start()
    while True:
        text = file.read_text()
        if text and text != shown:
            journey.stop()
            shown, journey = text, travel(float(text))
            journey.start()
        wait(0.1)


threading.Thread(target=follow, args=(Path(os.environ["CLOCK_FILE"]),), daemon=True).start()
