"""The state of connectors and tasks: what is worst, and what a trace says. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from clusters.gateway.connect.connectors import FAILED, PAUSED, RUNNING, STOPPED, UNASSIGNED, Connector, Task

OK, UNCERTAIN, TASKS_FAILED, CONNECTOR_FAILED = 0, 1, 2, 3  # how bad it is
LEVELS = {RUNNING: "ok", FAILED: "critical", UNASSIGNED: "warning"}  # the status that a page shows
CAUSE = re.compile(r"^\s*Caused by: .*$", re.MULTILINE)
LONGEST = 500
TRACE_LONGEST = 20_000


@dataclass(frozen=True)
class Counts:
    """How many tasks there are, how many run, and how many failed."""

    tasks: int
    running: int
    failed: int


def counts_of(tasks: Iterable[Task]) -> Counts:
    states = [task.state for task in tasks]
    return Counts(len(states), states.count(RUNNING), states.count(FAILED))


def trouble_of(connector: Connector) -> int:
    """Return how bad the state of a connector is; one that was paused or stopped is fine."""
    if connector.state == FAILED:
        return CONNECTOR_FAILED
    if counts_of(connector.tasks).failed:
        return TASKS_FAILED
    is_active = connector.state not in {PAUSED, STOPPED}
    is_running = connector.state == RUNNING and all(task.state == RUNNING for task in connector.tasks)
    return UNCERTAIN if is_active and not is_running else OK


def level_of(state: str) -> str:
    """Return the status of a state, as pages colour it."""
    return LEVELS.get(state, "unknown")


def worst_first(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.state != FAILED, task.state == RUNNING, task.id))


def first_lines(trace: str) -> str:
    """Return what failed and why, of a stack trace: its first line, and its last cause."""
    first = trace.strip().partition("\n")[0].strip()
    causes = CAUSE.findall(trace)
    return "\n".join([first, causes[-1].strip()] if causes else [first])[:LONGEST] if first else ""


def problem_of(connector: Connector) -> str:
    """Return the first lines of the trace that matters: the connector's, or the first failed task's."""
    traces = (
        connector.trace,
        *(f"Task {task.id}: {task.trace}" for task in worst_first(connector.tasks) if task.trace),
    )
    return next((first_lines(trace) for trace in traces if trace), "")


def failed_ids(connector: Connector) -> list[int]:
    return [task.id for task in connector.tasks if task.state == FAILED]
