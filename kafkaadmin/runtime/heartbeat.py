"""A file that a process touches while it does its work: whoever runs the process can tell that it hangs.

It lies in the data folder, so that two installations on one machine do not take each other's for their own, and names
the host, since containers may share a folder.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from socket import gethostname

from core.variables import VARIABLES


def place(process: str) -> Path:
    """Return the file of a process. Django's settings are not read: a probe asks every few seconds."""
    folder = os.environ.get("KAFKAADMIN_DATA_DIR") or VARIABLES["KAFKAADMIN_DATA_DIR"].default
    return Path(folder).resolve() / "alive" / f"{process}.{gethostname()}"


def touch(process: str) -> None:
    """Say that the process is alive. That it cannot be said, as on a full disk, is no reason to end."""
    file = place(process)
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch()


def last(process: str) -> float | None:
    """Return when the process was last alive, in seconds since 1970; None if it never was."""
    try:
        return place(process).stat().st_mtime
    except OSError:
        return None


def age(process: str) -> float | None:
    """Return the seconds since the process was last alive; None if it never was.

    A clock that was set back makes it old, too, until the next beat: otherwise the file would seem young for hours.
    """
    moment = last(process)
    return None if moment is None else abs(time.time() - moment)
