"""Connectors: the list comes from the inventory, one of them from its workers."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from ninja import Field, Query, Schema

from api.clusters.connect import router
from api.kit.access import ApiRequest, on_cluster
from api.kit.paging import paged
from api.kit.types import Listing, Page, SortBy, Text
from clusters.connect import queries
from clusters.connect.state import ConnectorState, connector_state
from clusters.models import Connector

CONNECTORS = "/connectors"
CONNECTOR = f"{CONNECTORS}/{{name:connect}}/{{name:connector}}"
SORTED = tuple(column for column in queries.COLUMNS if column != "connect")


class ConnectorOut(Schema):
    """A connector, as of the last refresh."""

    connect: str = Field(description="The Connect cluster.")
    name: str
    type: str = Field(description="`source` or `sink`.")
    plugin: str = Field(description="The class.")
    state: str
    tasks: int
    tasks_running: int
    tasks_failed: int
    unhealthy: bool
    problem: str = Field(description="First lines of the trace of what failed, without secrets.")
    topics: list[str] = Field(description="Those that it names or has used, of those that you have access to.")
    group: str | None = Field(description="The consumer group of a sink.")
    lag: int | None = Field(description="That group's lag; null if unknown.")


class ConnectorsParams(Listing):
    """Query parameters of the list of connectors."""

    sort: Annotated[str, SortBy(SORTED)] = "name"
    state: Text = Field("", description="RUNNING, FAILED, PAUSED, STOPPED or UNASSIGNED.")
    type: Literal["", "source", "sink"] = ""
    connect: Text = Field("", description="The Connect cluster.")
    unhealthy: bool = False


class ConnectorTaskOut(Schema):
    """A task, with its trace without secrets."""

    id: int
    state: str
    worker: str
    trace: str


class ConnectorOffsetOut(Schema):
    """How far a connector is in one partition of what it reads."""

    partition: dict[str, Any]
    offset: dict[str, Any] | None


class ConnectorDetailOut(Schema):
    """A connector, as its workers have it now."""

    connect: str
    name: str
    type: str
    plugin: str
    state: str
    worker: str
    trace: str
    tasks: list[ConnectorTaskOut] = Field(description="Failed ones first.")
    config: dict[str, str] = Field(description="Secrets are `[hidden]`.")
    topics: list[str]
    group: str | None
    offsets: list[ConnectorOffsetOut] | None = Field(description="null where the workers do not tell them.")
    missing: list[str] = Field(description="What the workers did not tell.")


@router.get(CONNECTORS, response=Page[ConnectorOut], auth=on_cluster(queries.VIEW))
def list_connectors(request: ApiRequest, params: Query[ConnectorsParams]) -> dict[str, Any]:
    """List the connectors of all Connect clusters, as of the last refresh."""
    rows = queries.filtered(
        queries.connectors_in_sight(request, request.cluster), params.q, state=params.state, kind=params.type,
        connect=params.connect, unhealthy=params.unhealthy,
    )  # fmt: skip
    listed = paged(rows, params, params.sort)
    return {**listed, "items": serialize_rows(request, listed["items"])}


def serialize_rows(request: ApiRequest, rows: Iterable[Connector]) -> list[dict[str, Any]]:
    connectors = list(rows)
    lines = queries.lines_of(request, request.cluster, connectors, request.cluster.connect_clusters.all())
    same = ("name", "type", "plugin", "state", "tasks", "tasks_running", "tasks_failed", "problem")
    return [
        {name: getattr(row, name) for name in same}
        | {
            "connect": lines[row.pk].connect,
            "unhealthy": row.trouble > 0,
            "topics": list(lines[row.pk].topics),
            "group": row.group or None,
            "lag": group.lag if (group := lines[row.pk].group) else None,
        }
        for row in connectors
    ]


@router.get(CONNECTOR, response=ConnectorDetailOut, auth=on_cluster(queries.VIEW))
def get_connector(request: ApiRequest, connect: str, connector: str) -> dict[str, Any]:
    """Return a connector with its tasks, configuration, topics and offsets, from its workers."""
    row = queries.connect_of(request.cluster, connect)
    return serialize_state(request, connect, connector_state(row, queries.client_of(row), connector))


def serialize_state(request: ApiRequest, connect: str, state: ConnectorState) -> dict[str, Any]:
    return {
        "connect": connect,
        "name": state.name,
        "type": state.type,
        "plugin": state.plugin,
        "state": state.state,
        "worker": state.worker,
        "trace": state.trace,
        "tasks": [{name: getattr(task, name) for name in ConnectorTaskOut.model_fields} for task in state.tasks],
        "config": state.config,
        "topics": sorted(queries.topics_in_sight(request, request.cluster, state.topics)),
        "group": state.group or None,
        "offsets": None if state.offsets is None else [
            {"partition": offset.partition, "offset": offset.offset} for offset in state.offsets
        ],
        "missing": state.missing,
    }  # fmt: skip
