"""A file that a process touches while it does its work, so that a probe can tell whether it hangs."""

import tempfile
import time
from contextlib import suppress
from pathlib import Path


def place(process: str) -> Path:
    """Return the file of a process. It is in the folder for temporary files, which every container has to itself."""
    return Path(tempfile.gettempdir()) / f"kafkaadmin-{process}.alive"


def touch(process: str) -> None:
    """Mark the process as alive. Failing to, as on a full disk, is no reason to end."""
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
