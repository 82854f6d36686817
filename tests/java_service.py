"""A service of the tests that is a Java program: fetched by Maven once, started from a folder of its own, ended."""

import shutil
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import requests

from tests.kafka.ports import free_ports
from tests.kafka.processes import launch, tail
from tests.kafka.waiting import eventually

FLAGS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def copied(artifact: str, folder: Path) -> Path:
    """Have Maven copy an artifact into a folder, and return the file."""
    maven = ("mvn", "-q", "-B")
    subprocess.run([*maven, "dependency:get", f"-Dartifact={artifact}", "-Dtransitive=false"], check=True)
    subprocess.run([*maven, "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"], check=True)
    return next(folder.iterdir())


class JavaService(ABC):
    """Listens on a free port; is ready when ``ready_url`` answers within ``seconds``."""

    name: str
    seconds: float
    ready_url: str

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"kafkaadmin-{self.name}-"))
        self.port = free_ports(1)[0]
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return what starts it."""

    def __enter__(self) -> Self:
        log = self.folder / f"{self.name}.log"
        self.process = launch(self.command(), log)
        eventually(lambda: self.is_ready() or self.has_ended(), timeout=self.seconds, every=0.2)
        assert not self.has_ended(), tail(log, 40)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __getstate__(self) -> dict[str, object]:
        """A copy for another process has no process of its own."""
        return self.__dict__ | {"process": None}

    def is_ready(self) -> bool:
        try:
            return requests.get(self.ready_url, timeout=2).ok
        except requests.RequestException:
            return False

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None
