"""What a change of connectors would do. Pure: their present state and the request in, steps and warnings out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clusters.connect.rules.secrets import shown
from clusters.gateway.connect.connectors import FAILED, PAUSED, RUNNING, SINK, STOPPED, Connector
from clusters.gateway.connect.loggers import Logger
from clusters.gateway.connect.offsets import ConnectorOffset
from core.patterns import EVERYTHING
from core.plan import Plan, Step, fingerprint_of

OPERATE, DELETE = "connect.operate", "connect.delete"
CREATE, CONFIGURE = "connect.create", "connect.configure"
OFFSETS, LOGGERS = "connect.offsets", "connect.loggers"
MOST_STEPS = 50  # partitions that a plan names
AGAIN = "What lies between the offsets is copied again, or skipped."
RESTARTED = "restarted"
RESTARTS = "Kafka Connect restarts the connector and its tasks with the new configuration."
TWICE = "Records that were not committed are read or written again."


@dataclass(frozen=True)
class Operation:
    """What may be done with a connector that runs: ``target`` is the state that it leads to, if it is one."""

    name: str
    label: str
    done: str
    target: str = ""
    warning: str = ""


PAUSE = Operation("pause", "Pause", "paused", PAUSED, "Its tasks keep their resources, and wait until it is resumed.")
RESUME = Operation("resume", "Resume", "resumed", RUNNING)
STOP = Operation("stop", "Stop", "stopped", STOPPED, "Its tasks are shut down. Its configuration and offsets stay.")
RESTART = Operation("restart", "Restart connector", RESTARTED)
RESTART_FAILED = Operation("restart-failed", "Restart failed", RESTARTED, warning=TWICE)
RESTART_ALL = Operation("restart-all", "Restart connector and all tasks", RESTARTED, warning=TWICE)
RESTART_TASK = Operation("restart-task", "Restart task", RESTARTED, warning=TWICE)
OPERATIONS = {
    operation.name: operation for operation in (PAUSE, RESUME, STOP, RESTART, RESTART_FAILED, RESTART_ALL, RESTART_TASK)
}

SEVERAL = tuple(name for name in OPERATIONS if name != RESTART_TASK.name)  # what may be done with several connectors


def subject_of(name: str) -> str:
    """Return what the steps of a connector's plan call it."""
    return f"connector {name}"


def operate(operation: Operation, connector: Connector, task: int | None = None) -> Plan:
    """Plan an operation; without steps there is nothing to do."""
    steps = steps_of(operation, connector, task)
    return Plan(OPERATE, connector.name, tuple(steps), (operation.warning,) if operation.warning and steps else ())


def steps_of(operation: Operation, connector: Connector, task: int | None) -> list[Step]:
    named = subject_of(connector.name)
    if operation.target:
        is_there = connector.state == operation.target
        return [] if is_there else [Step(named, connector.state, operation.target)]
    if operation is RESTART_TASK:
        return [restart_step(connector, each.id, each.state) for each in connector.tasks if each.id == task]
    only_failed = operation is RESTART_FAILED
    own = [] if only_failed and connector.state != FAILED else [Step(named, connector.state, RESTARTED)]
    if operation is RESTART:
        return own
    tasks = [each for each in connector.tasks if each.state == FAILED or not only_failed]
    return own + [restart_step(connector, each.id, each.state) for each in tasks]


def restart_step(connector: Connector, number: int, state: str) -> Step:
    return Step(f"connector {connector.name} task {number}", state, RESTARTED)


def restart_failed(connectors: Sequence[Connector]) -> list[Plan]:
    """Plan to restart what failed, of some connectors; those of which nothing did are left out."""
    plans = (operate(RESTART_FAILED, connector) for connector in connectors)
    return [plan for plan in plans if plan.steps]


def create(name: str, config: Mapping[str, str], passwords: Collection[str] = ()) -> Plan:
    """Plan a new connector."""
    first = Step(subject_of(name), None, config.get("connector.class", ""))
    return Plan(CREATE, name, (first, *changes({}, without_name(config), passwords)))


def configure(name: str, before: Mapping[str, str], after: Mapping[str, str], passwords: Collection[str] = ()) -> Plan:
    """Plan a new configuration of a connector."""
    steps = tuple(changes(without_name(before), without_name(after), passwords))
    return Plan(CONFIGURE, name, steps, (RESTARTS,) if steps else ())


def without_name(config: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in config.items() if key != "name"}


def changes(before: Mapping[str, str], after: Mapping[str, str], passwords: Collection[str]) -> Iterator[Step]:
    """Yield what differs, setting by setting; of a secret only that it does."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            was, becomes = (None if value is None else shown(name, value, passwords) for value in (old, new))
            yield Step(name, was, f"{becomes}, changed" if was == becomes else becomes)


def alter_offsets(name: str, before: Sequence[ConnectorOffset], after: Sequence[ConnectorOffset]) -> Plan:
    """Plan new offsets; partitions that ``after`` does not name stay as they are."""
    present = {offset.key: offset.text for offset in before}
    changed = [offset for offset in after if present.get(offset.key) != offset.text]
    steps = [Step(offset.key, present.get(offset.key), offset.text) for offset in changed]
    return offsets_plan(name, steps)


def reset_offsets(name: str, before: Sequence[ConnectorOffset]) -> Plan:
    """Plan to remove all offsets."""
    return offsets_plan(name, [Step(offset.key, offset.text, None) for offset in before if offset.text is not None])


def offsets_plan(name: str, steps: Sequence[Step]) -> Plan:
    """Return a plan that names some partitions, and of the others how many there are."""
    more = len(steps) - MOST_STEPS
    shown_steps = (*steps[:MOST_STEPS], *([Step("more partitions", str(more), "changed")] if more > 0 else []))
    identity = fingerprint_of([(step.subject, step.before, step.after) for step in steps]) if more > 0 else ""
    return Plan(OFFSETS, name, shown_steps, (AGAIN,) if steps else (), destructive=True, identity=identity)


def set_level(connect: str, loggers: Sequence[Logger], name: str, level: str) -> Plan:
    """Plan a logger's new level."""
    before = next((logger.level for logger in loggers if logger.name == name), None)
    steps = () if before == level else (Step(f"{connect}: logger {name}", before, level),)
    return Plan(LOGGERS, EVERYTHING, steps)


def delete(connector: Connector, group: str, passwords: Collection[str] = ()) -> Plan:
    """Plan the deletion of a connector; its configuration is in the audit log then, without secrets."""
    first = Step(subject_of(connector.name), f"{connector.state}, {connector.plugin}", None)
    steps = (first, *changes(without_name(connector.config), {}, passwords))
    kept = (
        f"The consumer group {group} keeps its offsets." if connector.type == SINK
        else "Its offsets stay: a connector of the same name and class continues from them."
    )  # fmt: skip
    return Plan(DELETE, connector.name, steps, (kept,), destructive=True)
