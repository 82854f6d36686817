"""One of each service a run: whichever of pytest's processes needs it first has it started, and the others use that.

A service has a process that starts it, and ends it when nobody uses it any more:
``python -m tests.sharing FOLDER NAME``.
"""

import fcntl
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser.server import Server
from tests.connect_worker import ConnectWorker
from tests.kafka.cluster import KafkaCluster
from tests.kafka.jars import locked
from tests.kafka.processes import tail
from tests.kafka.waiting import eventually
from tests.keycloak import Keycloak
from tests.schema_registry import SchemaRegistry
from tests.slapd import Slapd

SHARED = "KAFKAADMIN_TESTS_SHARED"  # the folder of a run of several pytests


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all processes of a run have in common."""
    if SHARED in os.environ:
        return Path(os.environ[SHARED])
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def shared(folder: Path, name: str) -> Iterator[Any]:
    """Give the run's service of a name: a copy of what describes it, without its processes."""
    description = folder / f"{name}.pickle"
    with (folder / f"{name}.users").open("w") as user:
        fcntl.flock(user, fcntl.LOCK_SH)
        with locked(folder / f"{name}.lock"):
            if not description.exists():
                start(folder, name, description)
        yield pickle.loads(description.read_bytes())


@contextmanager
def worker_on_kafka(folder: Path) -> Iterator[ConnectWorker]:
    """Give a worker of Kafka Connect that stands on the run's Kafka, which it keeps for as long."""
    with shared(folder, "kafka") as kafka, ConnectWorker(kafka) as worker:
        yield worker


SERVICES: dict[str, Callable[[Path], AbstractContextManager[Any]]] = {
    "kafka": lambda _: KafkaCluster(3),
    "up": lambda _: Server(),
    "registry": lambda _: SchemaRegistry(),
    "keycloak": lambda _: Keycloak(),
    "slapd": lambda _: Slapd(),
    "connect_worker": worker_on_kafka,
}


def start(folder: Path, name: str, description: Path) -> None:
    """Have a service started, by a process that may outlive this one."""
    log = folder / f"{name}.log"
    with log.open("ab") as output:
        command = [sys.executable, "-m", "tests.sharing", str(folder), name]
        keeper = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    eventually(lambda: description.exists() or keeper.poll() is not None, timeout=280, every=0.05)
    assert description.exists(), tail(log, 60)


def keep(folder: Path, name: str) -> None:
    """Start a service, say that it is there, and end it when its last user is gone."""
    with SERVICES[name](folder) as service, (folder / f"{name}.users").open("w") as users:
        description = folder / f"{name}.pickle"
        partly = description.with_suffix(".part")
        partly.write_bytes(pickle.dumps(service))
        partly.rename(description)
        fcntl.flock(users, fcntl.LOCK_EX)
        description.unlink()


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2])
