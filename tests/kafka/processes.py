"""Java processes of a cluster: started, signalled, waited for; none outlives the process that started it."""

import ctypes
import signal
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


class Permission:
    """Whether services may be started: in a test only if it is marked as one with services."""

    given = True

    @classmethod
    def check(cls) -> None:
        """Fail where a test starts a service and does not say so: `make check` leaves out those that do."""
        assert cls.given, "starts a service: give it the marker `services`, or the fixture of a service"


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent is gone."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def java(class_path: str, main: str, arguments: Sequence[str], *, heap: str, flags: Sequence[str] = ()) -> list[str]:
    """Return the command of a Java program."""
    return ["java", f"-Xmx{heap}", "-Xms64m", *FLAGS, *flags, "-cp", class_path, main, *arguments]


def launch(command: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
    """Start a process that writes to a log file, in a session of its own so that Ctrl-C does not reach it."""
    Permission.check()
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
