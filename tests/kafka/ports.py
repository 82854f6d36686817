"""Free ports, none of which is given to two processes of this machine at a time."""

import contextlib
import fcntl
import os
import socket
import tempfile
from io import TextIOWrapper
from pathlib import Path

CLAIMS = Path(tempfile.gettempdir()) / f"kafkaadmin-ports-{os.getuid()}"
FIRST, LAST = 10_000, 32_000  # below the range that outgoing connections take theirs from
UNSAFE = {10_080}  # browsers refuse it (ERR_UNSAFE_PORT)
HELD: dict[int, TextIOWrapper] = {}  # a claim ends with the process that holds its file


def free_ports(number: int) -> list[int]:
    """Return ports on which nobody listens, and which are this process' until it ends."""
    CLAIMS.mkdir(exist_ok=True)
    ports: list[int] = []
    for port in range(FIRST, LAST):
        if claim(port):
            ports.append(port)
        if len(ports) == number:
            return ports
    raise RuntimeError("no free ports")


def claim(port: int) -> bool:
    """Claim a port, unless it is claimed or in use."""
    if port in HELD or port in UNSAFE or is_taken(port):
        return False
    file = (CLAIMS / str(port)).open("w")
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        HELD[port] = file
        return True
    file.close()
    return False


def is_taken(port: int) -> bool:
    """Tell whether a port cannot be listened on."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
