"""Offsets of stopped connectors, and levels of the workers' loggers."""

from functools import partial
from typing import Annotated, Any

from ninja import Field, Query, Schema, Status

from api.clusters.connect import router
from api.clusters.connect.clusters import ONE
from api.clusters.connect.connectors import CONNECTOR, ConnectorOffsetOut
from api.kit.access import ApiRequest, demand, on_cluster
from api.kit.changes import CHANGED, ChangeParams, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.types import Body, OneOf
from clusters.connect import plan, planning, queries
from clusters.connect.rules.offsets import MOST
from clusters.connect_words import named
from clusters.gateway.connect import loggers as log
from clusters.gateway.connect import offsets as kafka
from clusters.gateway.connect.offsets import ConnectorOffset
from core.patterns import EVERYTHING


class ConnectorOffsetsIn(Body):
    """Offsets to set; partitions that are not listed stay as they are, an offset of null is removed."""

    offsets: list[ConnectorOffsetOut] = Field(min_length=1, max_length=MOST)


class ConnectLoggerOut(Schema):
    """A logger and its level."""

    name: str
    level: str


class LoggerLevelIn(Body):
    """A logger's new level."""

    level: Annotated[str, OneOf(log.LEVELS)]


@router.patch(f"{CONNECTOR}/offsets", response=CHANGED, auth=on_cluster(plan.OFFSETS, change=True))
def alter_connector_offsets(
    request: ApiRequest, connect: str, connector: str, body: ConnectorOffsetsIn, params: Query[ChangeParams]
) -> Status[Any]:
    """Set offsets of a stopped connector (Kafka 3.6)."""
    typed = tuple(ConnectorOffset(each.partition, each.offset) for each in body.offsets)
    return changed(request, connect, connector, params, typed)


@router.delete(f"{CONNECTOR}/offsets", response=CHANGED, auth=on_cluster(plan.OFFSETS, change=True))
def reset_connector_offsets(
    request: ApiRequest, connect: str, connector: str, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Remove all offsets of a stopped connector (Kafka 3.6); in production its name must be confirmed."""
    require_name(request.cluster, params, params.confirm, connector)
    return changed(request, connect, connector, params, None)


def changed(
    request: ApiRequest, connect: str, connector: str, params: ChangeParams, typed: tuple[ConnectorOffset, ...] | None
) -> Status[Any]:
    row = queries.connect_of(request.cluster, connect)
    client = queries.client_of(row)
    planned = planning.plan_offsets(row, client, connector, kafka.offsets_of(client, connector), typed)
    if not planned.steps:
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    apply = partial(planning.apply_offsets, client, connector, typed)
    return change(request, params, planned, apply, after=lambda: None)


@router.get(f"{ONE}/loggers", response=list[ConnectLoggerOut], auth=on_cluster(queries.VIEW))
def list_connect_loggers(request: ApiRequest, connect: str) -> list[log.Logger]:
    """List the loggers that have a level, of the worker that answers."""
    return list(log.list_loggers(queries.client_of(queries.connect_of(request.cluster, connect))))


@router.put(f"{ONE}/loggers/{{name:logger}}", response=CHANGED, auth=on_cluster(plan.LOGGERS, change=True))
def set_connect_logger(
    request: ApiRequest, connect: str, logger: str, body: LoggerLevelIn, params: Query[ChangeParams]
) -> Status[Any]:
    """Set a logger's level on all workers, until they restart."""
    demand(request, request.cluster, plan.LOGGERS, EVERYTHING, change=True)
    row = queries.connect_of(request.cluster, connect)
    client = queries.client_of(row)
    planned = named(plan.set_level(row.name, log.list_loggers(client), logger, body.level), row)
    if not planned.steps:
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    return change(request, params, planned, partial(log.set_level, client, logger, body.level), after=lambda: None)
