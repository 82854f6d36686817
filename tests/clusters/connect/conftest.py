"""A cluster without Kafka, whose Connect cluster is a real one, and the connectors that tests have there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from clusters.connect.tasks import mirror_connect, mirror_connect_due
from clusters.models import Cluster, ConnectCluster
from tests.connect_worker import SINK, SOURCE, ConnectWorker
from tests.kafka.waiting import eventually

NOWHERE = "/nonexistent/folder/out.txt"
CONNECTORS = "/clusters/local/connectors/"
Add = Callable[..., str]


@pytest.fixture
def local(connect_worker: ConnectWorker, db: None) -> Cluster:
    cluster = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    ConnectCluster.objects.create(cluster=cluster, name="files", url=connect_worker.url)
    return cluster


@pytest.fixture
def add(connect_worker: ConnectWorker) -> Iterator[Add]:
    """Make a connector that runs, or whose tasks fail, and give its name; it is deleted afterwards."""
    names = []

    def added(
        name: str, *, fails: bool = False, topic: str = "", source: bool = False, file: str = "", **more: str
    ) -> str:
        file = file or (NOWHERE if fails else str(connect_worker.files / f"{name}.txt"))
        topics = {"topic": topic or f"{name}-lines"} if source else {"topics": topic or f"{name}-lines"}
        own = {"connector.class": SOURCE if source else SINK, "file": file, "tasks.max": "1", **topics, **more}
        response = requests.post(f"{connect_worker.url}/connectors", json={"name": name, "config": own}, timeout=20)
        assert response.ok, response.text
        names.append(name)
        eventually(lambda: task_states(connect_worker, name) == ["FAILED" if fails else "RUNNING"], timeout=60)
        return name

    yield added
    for name in names:
        requests.delete(f"{connect_worker.url}/connectors/{name}", timeout=20)


def status_of(worker: ConnectWorker, name: str) -> dict[str, Any]:
    """Return what the worker says of a connector; nothing where it does not know it."""
    response = requests.get(f"{worker.url}/connectors/{name}/status", timeout=10)
    return response.json() if response.ok else {}


def task_states(worker: ConnectWorker, name: str) -> list[str]:
    return [task["state"] for task in status_of(worker, name).get("tasks", [])]


def state_of(worker: ConnectWorker, name: str) -> str:
    return str(status_of(worker, name).get("connector", {}).get("state", ""))


def config_of(worker: ConnectWorker, name: str) -> dict[str, str]:
    config: dict[str, str] = requests.get(f"{worker.url}/connectors/{name}/config", timeout=10).json()
    return config


def mirror_connectors() -> None:
    """Make one pass over every Connect cluster."""
    ConnectCluster.objects.update(due_at=None)
    pks = list(ConnectCluster.objects.values_list("pk", flat=True))
    mirror_connect_due()
    for pk in pks:
        mirror_connect(pk)
