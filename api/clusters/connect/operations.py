"""Pausing, resuming, stopping, restarting and deleting connectors: each goes through ``clusters.changes``."""

from functools import partial
from typing import Annotated, Any

from ninja import Field, Query, Status

from api.clusters.connect import router
from api.clusters.connect.connectors import CONNECTOR
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ChangeParams, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.types import Body, OneOf
from clusters.changes import check
from clusters.connect import plan, planning, queries


class ConnectorOperationIn(Body):
    """What to do with a connector."""

    operation: Annotated[str, OneOf(plan.OPERATIONS)] = Field(
        description="`restart` leaves tasks alone, `restart-failed` restarts what failed, `restart-all` everything."
    )
    task: int | None = Field(None, ge=0, le=100_000, description="The task that `restart-task` restarts.")


@router.post(f"{CONNECTOR}/operations", response=CHANGED, auth=on_cluster(plan.OPERATE, change=True))
def operate_connector(
    request: ApiRequest, connect: str, connector: str, body: ConnectorOperationIn, params: Query[ChangeParams]
) -> Status[Any]:
    """Pause, resume, stop or restart a connector. Where there is nothing to do, nothing is done."""
    row, operation = queries.connect_of(request.cluster, connect), planning.operation_called(body.operation)
    client = queries.client_of(row)
    planned = planning.plan_operation(row, client, connector, operation, body.task)
    if not planned.steps:
        check(request, request.cluster, planned)
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    return change(
        request,
        params,
        planned,
        partial(planning.apply_operation, client, connector, operation, body.task),
        after=lambda: planning.show_changed(row, client, connector, operation.target),
    )


@router.delete(CONNECTOR, response=CHANGED, auth=on_cluster(plan.DELETE, change=True))
def delete_connector(
    request: ApiRequest, connect: str, connector: str, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Delete a connector; in production its name must be confirmed. Its offsets stay."""
    row = queries.connect_of(request.cluster, connect)
    client = queries.client_of(row)
    planned = planning.plan_deletion(row, client, connector)
    require_name(request.cluster, params, params.confirm, connector)
    return change(request, params, planned, partial(planning.delete, row, client, connector), after=lambda: None)
