"""Plans for changes of connectors, from what their workers say now, and how they are applied."""

from collections.abc import Callable, Sequence

from clusters.connect import plan
from clusters.connect.configs.passwords import passwords_of
from clusters.connect.mirror import connector_changed, connector_deleted
from clusters.connect.plan import Operation
from clusters.connect.rules.topics import group_of
from clusters.connect_words import named
from clusters.gateway.connect import connectors as kafka
from clusters.gateway.connect import offsets
from clusters.gateway.connect.client import Connect
from clusters.gateway.connect.connectors import Connector
from clusters.gateway.connect.offsets import ConnectorOffset
from clusters.gateway.errors import Conflict, KafkaFailure, NotFound
from clusters.models import ConnectCluster
from core.plan import Plan

STOP_FIRST = "Stop it, change the offsets, then resume it."
CALLS: dict[str, Callable[[Connect, str], None]] = {
    plan.PAUSE.name: kafka.pause,
    plan.RESUME.name: kafka.resume,
    plan.STOP.name: kafka.stop,
    plan.RESTART.name: lambda connect, name: kafka.restart(connect, name, tasks=False, only_failed=False),
    plan.RESTART_FAILED.name: lambda connect, name: kafka.restart(connect, name, tasks=True, only_failed=True),
    plan.RESTART_ALL.name: lambda connect, name: kafka.restart(connect, name, tasks=True, only_failed=False),
}


def operation_called(name: str) -> Operation:
    """Raises NotFound: there is no such operation."""
    if name not in plan.OPERATIONS:
        raise NotFound(f"There is no operation {name}.", "Use the buttons of the connector's page.")
    return plan.OPERATIONS[name]


def plan_operation(
    row: ConnectCluster, connect: Connect, name: str, operation: Operation, task: int | None = None
) -> Plan:
    """Plan an operation.

    Raises:
        KafkaFailure: with the cause, NotFound where there is no such connector, or no such task.
    """
    planned = plan.operate(operation, kafka.describe(connect, name), task)
    if operation is plan.RESTART_TASK and not planned.steps:
        raise NotFound(f"The connector {name} has no task {task}.", "Choose one of its tasks.")
    return named(planned, row)


def apply_operation(connect: Connect, name: str, operation: Operation, task: int | None = None) -> None:
    """Raises KafkaFailure: with the cause."""
    if operation is plan.RESTART_TASK:
        kafka.restart_task(connect, name, task or 0)
    else:
        CALLS[operation.name](connect, name)


def show_changed(row: ConnectCluster, connect: Connect, name: str, target: str = "") -> None:
    """Show a change at once, when it has taken effect; if the workers do not answer now, the next pass will."""

    def is_done(connector: Connector) -> bool:
        return connector.state == target if target else kafka.is_stable(connector)

    try:
        connector_changed(row, kafka.settled(connect, name, is_done))
    except NotFound:
        connector_deleted(row, name)
    except KafkaFailure:
        ConnectCluster.objects.filter(pk=row.pk).update(due_at=None)


def plan_deletion(row: ConnectCluster, connect: Connect, name: str) -> Plan:
    """Raises KafkaFailure: with the cause, NotFound where there is no such connector."""
    return deletion_of(row, connect, kafka.describe(connect, name))


def deletion_of(row: ConnectCluster, connect: Connect, connector: Connector) -> Plan:
    """Raises KafkaFailure: the workers cannot say which of its settings are passwords."""
    group = group_of(connector.type, connector.name, connector.config, row.group_pattern)
    return named(plan.delete(connector, group, passwords_of(row, connect, connector.plugin)), row)


def delete(row: ConnectCluster, connect: Connect, name: str) -> None:
    """Delete a connector, and drop its row.

    Raises:
        KafkaFailure: with the cause.
    """
    kafka.delete(connect, name)
    connector_deleted(row, name)


def plan_offsets(
    row: ConnectCluster, connect: Connect, name: str, present: Sequence[ConnectorOffset],
    typed: Sequence[ConnectorOffset] | None,
) -> Plan:  # fmt: skip
    """Plan to alter offsets; without any typed, to remove all.

    Raises:
        KafkaFailure: with the cause; Conflict where the connector is not stopped.
    """
    state = kafka.describe(connect, name).state
    if state != kafka.STOPPED:
        raise Conflict(f"The connector {name} is {state}: offsets can only be changed while it is STOPPED.", STOP_FIRST)
    planned = plan.reset_offsets(name, present) if typed is None else plan.alter_offsets(name, present, typed)
    return named(planned, row)


def apply_offsets(connect: Connect, name: str, typed: Sequence[ConnectorOffset] | None) -> None:
    """Raises KafkaFailure: with the cause."""
    if typed is None:
        offsets.reset(connect, name)
    else:
        offsets.alter(connect, name, typed)
