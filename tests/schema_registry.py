"""A real schema registry with Confluent's API: Apicurio, fetched by Maven once, in memory, on a free port."""

import shutil
from pathlib import Path

from tests.java_service import FLAGS, JavaService, copied
from tests.kafka.jars import CACHE, locked

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
    archive = copied(ARTIFACT, partly)
    shutil.unpack_archive(archive, partly)
    archive.unlink()
    partly.rename(folder)


class SchemaRegistry(JavaService):
    """A registry that is empty at first. ``url`` is the base of Confluent's API."""

    name, seconds = "registry", 120

    def __init__(self) -> None:
        super().__init__()
        self.url = f"http://127.0.0.1:{self.port}/apis/ccompat/v7"
        self.ready_url = f"{self.url}/subjects"

    def command(self) -> list[str]:
        options = ["-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={self.port}"]
        return ["java", *FLAGS, *options, "-jar", str(home() / RUNNER)]
