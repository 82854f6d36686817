"""Operating and deleting several connectors at once."""

from collections.abc import Sequence
from typing import Annotated, Any

from ninja import Field, Query, Schema

from api.clusters.connect import router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import ChangeParams, ConfirmedChangeParams, StepOut, serialize_step
from api.kit.problems import Refused
from api.kit.types import Body, OneOf, Text
from clusters.approvals.gate import needs_approval
from clusters.bulk.connectors import (
    AT_ONCE,
    as_job,
    as_one,
    connector_deletions,
    operations,
    show_done,
)
from clusters.bulk.items import Item, Planner, apply_items, planned
from clusters.changes import require_confirmed
from clusters.connect import plan
from clusters.connect.mirror import LONGEST
from clusters.connect.plan import OPERATIONS, SEVERAL
from clusters.connect.rules.keys import key_of, read_key
from core.plan import Plans

MOST, MOST_DELETED = 500, 100
NOT_CONFIRMED = "Production: pass how many are deleted, {number}, in confirm."


class ConnectorRef(Schema):
    """A connector by its Connect cluster and name."""

    connect: Text = Field(min_length=1, max_length=100)
    connector: Text = Field(min_length=1, max_length=LONGEST)


class OperateConnectorsIn(Body):
    """What to do with some connectors."""

    operation: Annotated[str, OneOf(SEVERAL)]
    connectors: list[ConnectorRef] = Field(min_length=1, max_length=MOST)


class DeleteConnectorsIn(Body):
    """Which connectors to delete."""

    connectors: list[ConnectorRef] = Field(min_length=1, max_length=MOST_DELETED)


class SelectedOut(Schema):
    """A selected connector."""

    connect: str
    connector: str
    steps: list[StepOut]
    done: bool
    error: str = Field(description="Why nothing was, or will be, done.")


class SelectionOut(Schema):
    """What was done, or would be."""

    plan: str = Field(description="Fingerprint of the planned changes.")
    connectors: list[SelectedOut]
    job: int | None = Field(None, description=f"The job that does it, for more than {AT_ONCE} connectors.")
    needs_approval: bool = Field(False, description="After a dry run: whether it will wait for a second person (202).")


def items_of(request: ApiRequest, planner: Planner, connectors: Sequence[ConnectorRef]) -> list[Item]:
    keys = dict.fromkeys(key_of(each.connect, each.connector) for each in connectors)
    return [planned(request, request.cluster, planner, key) for key in keys]


def serialize_items(items: Sequence[Item], plans: Plans) -> dict[str, Any]:
    selected = [
        {
            **dict(zip(("connect", "connector"), read_key(item.name), strict=True)),
            "steps": list(map(serialize_step, item.change.plan.steps if item.change else ())),
            "done": item.is_done,
            "error": item.problem,
        }
        for item in items
    ]
    return {"plan": plans.digest, "connectors": selected}


@router.post("/connector-operations", response=SelectionOut, auth=on_cluster(plan.OPERATE, change=True))
def operate_connectors(request: ApiRequest, body: OperateConnectorsIn, params: Query[ChangeParams]) -> dict[str, Any]:
    """Pause, resume, stop or restart several connectors; what one refuses does not hinder the others."""
    cluster, operation = request.cluster, OPERATIONS[body.operation]
    items = items_of(request, operations(operation)(request, cluster, {}), body.connectors)
    plans = as_one(items)
    if params.dry_run:
        return serialize_items(items, plans)
    require_confirmed(plans, params.plan)
    if sum(item.change is not None for item in items) > AT_ONCE:
        return {**serialize_items(items, plans), "job": as_job(operation, request, cluster, items, {}).pk}
    items = apply_items(request, cluster, items, {})
    show_done(operation, cluster, items)
    return serialize_items(items, plans)


@router.post("/connector-deletions", response=SelectionOut, auth=on_cluster(plan.DELETE, change=True))
def delete_connectors(
    request: ApiRequest, body: DeleteConnectorsIn, params: Query[ConfirmedChangeParams]
) -> dict[str, Any]:
    """Delete several connectors; in production `confirm` is how many. Their offsets stay."""
    cluster = request.cluster
    items = items_of(request, connector_deletions(request, cluster, {}), body.connectors)
    plans = as_one(items)
    if params.dry_run:
        return {**serialize_items(items, plans), "needs_approval": needs_approval(cluster, plans.parts)}
    require_number(request, params.confirm, len(plans.parts))
    require_confirmed(plans, params.plan)
    return serialize_items(apply_items(request, cluster, items, {}), plans)


def require_number(request: ApiRequest, typed: str, number: int) -> None:
    """Raises Refused: in production, or where it is given, it is not how many are deleted."""
    if typed != str(number) and (typed or request.cluster.is_production):
        text = NOT_CONFIRMED.format(number=number)
        raise Refused(422, text, errors={"confirm": [text]})
