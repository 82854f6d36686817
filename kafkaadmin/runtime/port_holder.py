"""Who listens on a port, for the sentence that says that it is taken. Linux only; elsewhere nobody is named."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"


def holder_of(port: int, proc: Path = Path("/proc")) -> str:
    """Return the process that listens on a port, as ``nginx (process 4711)``; nothing where that cannot be told."""
    sockets = {f"socket:[{inode}]" for inode in inodes(port, proc)}
    for descriptor in proc.glob("[0-9]*/fd/*") if sockets else ():
        with suppress(OSError):
            if str(descriptor.readlink()) in sockets:
                process = descriptor.parents[1]
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return ""


def inodes(port: int, proc: Path) -> Iterator[str]:
    """Yield the sockets that listen on a port."""
    for table in ("net/tcp", "net/tcp6"):
        with suppress(OSError):
            for line in (proc / table).read_text().splitlines()[1:]:
                local, state, inode = (line.split()[number] for number in (1, 3, 9))
                if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                    yield inode
