"""Kafka's jars: fetched by Maven once, kept in a cache that several runs may use at the same time."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
VERSION = "4.4.0"
RELEASE = VERSION.rpartition(".")[0]  # as it is shown
CACHE = Path(os.environ.get("KAFKAADMIN_KAFKA_CACHE", Path.home() / ".cache" / "kafkaadmin"))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file, so that only one run fetches or makes something."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def home(version: str = VERSION) -> Path:
    """Return the folder of one version's jars, fetching them the first time."""
    folder = CACHE / f"kafka-{version}"
    with locked(CACHE / f"kafka-{version}.lock"):
        if not folder.exists():
            fetch(folder, version)
    return folder


def tools() -> Path:
    """Return the folder of the command line tools' jars, fetching them the first time."""
    folder = CACHE / f"kafka-tools-{VERSION}"
    with locked(CACHE / f"kafka-tools-{VERSION}.lock"):
        if not folder.exists():
            fetch(folder, VERSION, pom="tools-pom.xml")
    return folder


def streams() -> Path:
    """Return the folder of Kafka Streams' jars, fetching them the first time."""
    folder = CACHE / f"kafka-streams-{VERSION}"
    with locked(CACHE / f"kafka-streams-{VERSION}.lock"):
        if not folder.exists():
            fetch(folder, VERSION, pom="streams-pom.xml")
    return folder


def fetch(folder: Path, version: str, *, pom: str = "pom.xml") -> None:
    """Fetch a version's jars; the folder appears only when they are all there."""
    partly = folder.with_suffix(".part")
    shutil.rmtree(partly, ignore_errors=True)
    print(f"Fetching Kafka {version} with Maven …", flush=True)
    subprocess.run(
        [
            *("mvn", "-q", "-B", "-f", str(HERE / pom), f"-Dkafka.version={version}"),
            *("dependency:copy-dependencies", f"-DoutputDirectory={partly / 'lib'}"),
        ],
        check=True,
    )
    partly.rename(folder)


def class_path(folder: Path) -> str:
    """Return the class path. An AppCDS archive needs the very same text at dump and at run time."""
    jars = sorted((folder / "lib").glob("*.jar"))
    return ":".join(str(jar) for jar in jars if "jmx_prometheus" not in jar.name)


def jmx_agent(folder: Path) -> Path:
    """Return the JMX exporter's jar."""
    return next((folder / "lib").glob("jmx_prometheus_javaagent-*.jar"))
