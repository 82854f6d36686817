"""Java processes of a cluster: started, signalled, waited for; none outlives the process that started it."""

import ctypes
import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

FLAGS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Xss512k",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent is gone."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


GIVEN: set[int] = set()


def free_ports(number: int) -> list[int]:
    """Return ports that are free now, below the range that outgoing connections take theirs from.

    None is given twice by a process: who was given one may not have opened it yet.
    """
    ports: list[int] = []
    base = 10_000 + (os.getpid() * 37) % 20_000
    for port in range(base, base + 2000):
        if port in GIVEN:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        GIVEN.add(port)
        if len(ports) == number:
            return ports
    raise RuntimeError("no free ports")


def java(class_path: str, main: str, arguments: Sequence[str], *, heap: str, flags: Sequence[str] = ()) -> list[str]:
    """Return the command of a Java program."""
    return ["java", f"-Xmx{heap}", "-Xms64m", *FLAGS, *flags, "-cp", class_path, main, *arguments]


def launch(command: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
    """Start a process that writes to a log file, in a session of its own so that Ctrl-C does not reach it."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def tail(log: Path, lines: int = 20) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
