"""A file that a process touches while it does its work: whoever runs the process can tell that it hangs."""

import tempfile
import time
from contextlib import suppress
from pathlib import Path


def place(process: str) -> Path:
    """Return the file of a process; a container has a folder for temporary files of its own."""
    return Path(tempfile.gettempdir()) / f"kafkaadmin-{process}.alive"


def touch(process: str) -> None:
    """Say that the process is alive. That it cannot be said, as on a full disk, is no reason to end."""
    with suppress(OSError):
        place(process).touch()


def last(process: str) -> float | None:
    """Return when the process was last alive, in seconds since 1970, None where it never was."""
    try:
        return place(process).stat().st_mtime
    except OSError:
        return None


def age(process: str) -> float | None:
    """Return the seconds since the process was last alive, None where it never was.

    A clock that was set back makes it old, too, until the next beat: otherwise the file would seem young for hours.
    """
    moment = last(process)
    return None if moment is None else abs(time.time() - moment)
