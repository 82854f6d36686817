"""Connectors with their tasks: listing, describing and changing them. Each function names what it asks."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clusters.gateway.connect.client import Connect, NotSupported
from clusters.gateway.errors import InvalidRequest, NotFound
from clusters.gateway.rest import segment

T = TypeVar("T")
RUNNING, FAILED, PAUSED, STOPPED, UNASSIGNED = "RUNNING", "FAILED", "PAUSED", "STOPPED", "UNASSIGNED"
RESTARTING = "RESTARTING"
SINK, SOURCE = "sink", "source"
NOT_TAKEN: Mapping[str, Any] = {"connector": {"state": UNASSIGNED}, "tasks": []}  # of what has no status yet
SETTLING = 2.0  # seconds that a change is waited for
STEP = 0.2
TOO_OLD = "These Connect workers do not list connectors with their states."


@dataclass(frozen=True)
class Task:
    """A task, and where it runs."""

    id: int
    state: str
    worker: str = ""
    trace: str = field(default="", repr=False)


@dataclass(frozen=True)
class Connector:
    """A connector with its tasks. Its configuration may hold secrets, and so may traces: neither is in its repr."""

    name: str
    type: str
    state: str
    worker: str = ""
    trace: str = field(default="", repr=False)
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    tasks: tuple[Task, ...] = ()

    @property
    def plugin(self) -> str:
        """The class, as the configuration names it: the full name, or an alias."""
        return self.config.get("connector.class", "")


def path_of(name: str) -> str:
    return f"/connectors/{segment(name)}"


def list_connectors(connect: Connect) -> list[Connector]:
    """Return all connectors, by one request.

    Raises:
        KafkaFailure: with the cause.
    """
    content = connect.get("/connectors?expand=info&expand=status")
    if content == []:
        return []
    if isinstance(content, list):  # as workers before 2.3 answer, whatever is asked
        raise NotSupported(TOO_OLD, "Kafka 2.3 or later is needed.")
    if not isinstance(content, dict):
        raise connect.not_a_worker()
    return [
        connector_of(connect, each["info"], each["status"])
        for each in content.values()
        if isinstance(each, dict) and {"info", "status"} <= each.keys()  # one of them is missing while it is deleted
    ]


def describe(connect: Connect, name: str) -> Connector:
    """Return one connector; one that no worker has taken yet, as just after it was created, is UNASSIGNED.

    Raises:
        KafkaFailure: with the cause; NotFound where there is none.
    """
    info = connect.get(path_of(name), f"connector {name}")
    try:
        status = connect.get(f"{path_of(name)}/status", f"status of the connector {name}")
    except NotFound:
        status = NOT_TAKEN
    return connector_of(connect, info, status)


def config_of(connect: Connect, name: str) -> Mapping[str, str]:
    """Return a connector's configuration, with its secrets.

    Raises:
        KafkaFailure: with the cause; NotFound where there is none.
    """
    return connector_of(connect, connect.get(path_of(name), f"connector {name}"), NOT_TAKEN).config


def connector_of(connect: Connect, info: Any, status: Any) -> Connector:
    """Raises InvalidRequest: this is not what a worker says."""
    try:
        own = status["connector"]
        return Connector(
            str(info["name"]),
            str(info.get("type") or status.get("type") or "").lower(),
            str(own["state"]),
            str(own.get("worker_id") or ""),
            str(own.get("trace") or ""),
            {str(key): str(value) for key, value in (info.get("config") or {}).items() if value is not None},
            tuple(sorted(map(task_of, status.get("tasks") or ()), key=lambda task: task.id)),
        )
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise connect.not_a_worker() from error


def task_of(content: Mapping[str, Any]) -> Task:
    trace, worker = str(content.get("trace") or ""), str(content.get("worker_id") or "")
    return Task(int(content["id"]), str(content["state"]), worker, trace)


def topics_of(connect: Connect, name: str) -> tuple[str, ...]:
    """Return the topics that a connector has used since it was created or they were reset.

    Raises:
        KafkaFailure: with the cause; NotSupported before Kafka 2.5, or where it is switched off.
    """
    content = connect.send("GET", f"{path_of(name)}/topics", f"connector {name}", feature="the topics of connectors")
    try:
        return tuple(sorted(map(str, content[name]["topics"])))
    except (TypeError, KeyError) as error:
        raise InvalidRequest("The topics that Kafka Connect tells cannot be read.") from error


def create(connect: Connect, name: str, config: Mapping[str, str]) -> None:
    """Raises KafkaFailure: with the cause; Conflict where there is one of this name."""
    connect.send("POST", "/connectors", f"connector {name}", body={"name": name, "config": dict(config)})


def configure(connect: Connect, name: str, config: Mapping[str, str]) -> None:
    """Replace a connector's configuration.

    Raises:
        KafkaFailure: with the cause.
    """
    connect.send("PUT", f"{path_of(name)}/config", f"connector {name}", body=dict(config))


def delete(connect: Connect, name: str) -> None:
    """Raises KafkaFailure: with the cause."""
    connect.send("DELETE", path_of(name), f"connector {name}")


def pause(connect: Connect, name: str) -> None:
    """Raises KafkaFailure: with the cause."""
    connect.send("PUT", f"{path_of(name)}/pause", f"connector {name}")


def resume(connect: Connect, name: str) -> None:
    """Raises KafkaFailure: with the cause."""
    connect.send("PUT", f"{path_of(name)}/resume", f"connector {name}")


def stop(connect: Connect, name: str) -> None:
    """Raises KafkaFailure: with the cause; NotSupported before Kafka 3.5."""
    connect.send("PUT", f"{path_of(name)}/stop", f"connector {name}", feature="stopping connectors")


def restart(connect: Connect, name: str, *, tasks: bool, only_failed: bool) -> None:
    """Restart a connector, with its tasks or without, or only what of it failed.

    Raises:
        KafkaFailure: with the cause.
    """
    query = f"includeTasks={str(tasks).lower()}&onlyFailed={str(only_failed).lower()}"
    connect.send("POST", f"{path_of(name)}/restart?{query}", f"connector {name}")


def restart_task(connect: Connect, name: str, number: int) -> None:
    """Raises KafkaFailure: with the cause."""
    connect.send("POST", f"{path_of(name)}/tasks/{number}/restart", f"task {number} of the connector {name}")


def settled(connect: Connect, name: str, is_done: Callable[[Connector], bool]) -> Connector:
    """Return a connector once a change of it has taken effect, or as it is after some seconds.

    Raises:
        KafkaFailure: with the cause.
    """
    return awaited(lambda: describe(connect, name), is_done, min(SETTLING, connect.seconds_left))


def awaited(read: Callable[[], T], is_done: Callable[[T], bool], seconds: float = SETTLING) -> T:
    """Return what is read once it is as wanted, or as it is after some seconds."""
    deadline = time.monotonic() + seconds
    for _ in steps(deadline):
        value = read()
        if is_done(value):
            break
    return value


def steps(deadline: float) -> Iterator[None]:
    """Yield at least once, and then now and again until a deadline."""
    yield
    while time.monotonic() + STEP < deadline:
        time.sleep(STEP)
        yield


def is_stable(connector: Connector) -> bool:
    """Tell whether neither the connector nor a task is on its way to another state."""
    moving = {RESTARTING, UNASSIGNED}
    return connector.state not in moving and not any(task.state in moving for task in connector.tasks)
