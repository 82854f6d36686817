"""A real schema registry with Confluent's API: Apicurio, fetched by Maven once, in memory, on a free port."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import requests

from tests.kafka.jars import CACHE, locked
from tests.kafka.ports import free_ports
from tests.kafka.processes import launch, tail
from tests.kafka.waiting import eventually

VERSION = "2.6.13.Final"
ARTIFACT = f"io.apicurio:apicurio-registry-app:{VERSION}:tar.gz:all"
RUNNER = f"apicurio-registry-app-{VERSION}-runner.jar"


def home() -> Path:
    """Return the folder of the registry, fetching it the first time."""
    folder = CACHE / f"apicurio-{VERSION}"
    with locked(CACHE / f"apicurio-{VERSION}.lock"):
        if not folder.exists():
            fetch(folder)
    return folder


def fetch(folder: Path) -> None:
    """Fetch and unpack the registry; the folder appears only when all of it is there."""
    partly = folder.with_suffix(".part")
    shutil.rmtree(partly, ignore_errors=True)
    partly.mkdir(parents=True)
    print(f"Fetching Apicurio Registry {VERSION} with Maven …", flush=True)
    maven = ("mvn", "-q", "-B")
    subprocess.run([*maven, "dependency:get", f"-Dartifact={ARTIFACT}", "-Dtransitive=false"], check=True)
    subprocess.run([*maven, "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={partly}"], check=True)
    archive = next(partly.glob("*.tar.gz"))
    shutil.unpack_archive(archive, partly)
    archive.unlink()
    partly.rename(folder)


class SchemaRegistry:
    """A registry that is empty at first. ``url`` is the base of Confluent's API."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kafkaadmin-registry-"))
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}/apis/ccompat/v7"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "SchemaRegistry":
        options = ["-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={self.port}"]
        memory = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        log = self.folder / "registry.log"
        self.process = launch(["java", *memory, *options, "-jar", str(home() / RUNNER)], log)
        eventually(lambda: self.is_ready() or self.has_ended(), timeout=120, every=0.2)
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
            return requests.get(f"{self.url}/subjects", timeout=2).ok
        except requests.RequestException:
            return False

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None
