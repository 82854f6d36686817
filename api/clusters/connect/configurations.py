"""Creating and configuring connectors, and the plugins for them."""

from functools import partial
from typing import Any

from ninja import Field, Query, Schema, Status

from api.clusters.connect import router
from api.clusters.connect.clusters import ONE
from api.clusters.connect.connectors import CONNECTOR, CONNECTORS
from api.kit.access import ApiRequest, demand, on_cluster
from api.kit.changes import CHANGED, CREATED, ChangeParams, change, serialize_plan
from api.kit.problems import Refused
from api.kit.types import Body, Text
from clusters.changes import check
from clusters.connect import plan, planning, queries
from clusters.connect.configs.changes import Draft, apply_draft, draft
from clusters.connect.mirror import LONGEST
from clusters.gateway.connect import connectors, plugins
from clusters.gateway.connect.client import Connect
from clusters.models import ConnectCluster

INVALID = "The workers find the configuration not valid."


class ConnectorConfigIn(Body):
    """A connector's configuration."""

    config: dict[Text, Text] = Field(
        max_length=2_000, description="All settings. A saved secret that is passed as `[hidden]` stays."
    )


class ConnectorIn(ConnectorConfigIn):
    """A new connector."""

    name: Text = Field(min_length=1, max_length=LONGEST, pattern=r"^[^/\\]*$")


class PluginOut(Schema):
    """A class that the workers have."""

    name: str = Field(alias="class")
    type: str
    version: str


class PluginSettingOut(Schema):
    """A setting of a plugin."""

    name: str
    type: str
    importance: str
    group: str
    required: bool
    default: str | None
    documentation: str


@router.get(f"{ONE}/plugins", response=list[PluginOut], auth=on_cluster(queries.VIEW), by_alias=True)
def list_plugins(request: ApiRequest, connect: str) -> list[dict[str, Any]]:
    """List the plugins of a Connect cluster: connectors, transformations, converters and others."""
    listed = plugins.list_plugins(queries.client_of(queries.connect_of(request.cluster, connect)), all_kinds=True)
    return [{"class": plugin.name, "type": plugin.type, "version": plugin.version} for plugin in listed]


@router.get(f"{ONE}/plugins/{{name:plugin}}", response=list[PluginSettingOut], auth=on_cluster(queries.VIEW))
def get_plugin(request: ApiRequest, connect: str, plugin: str) -> list[plugins.Setting]:
    """Return the settings that a plugin defines."""
    return list(plugins.definition_of(queries.client_of(queries.connect_of(request.cluster, connect)), plugin))


@router.post(f"{CONNECTORS}/{{name:connect}}", response=CREATED, auth=on_cluster(plan.CREATE, change=True))
def create_connector(request: ApiRequest, connect: str, body: ConnectorIn, params: Query[ChangeParams]) -> Status[Any]:
    """Create a connector, if the workers find its configuration valid; a dry run only checks it."""
    demand(request, request.cluster, plan.CREATE, body.name, change=True)
    row = queries.connect_of(request.cluster, connect)
    client = queries.patient_client_of(row)
    return applied(request, params, row, client, checked(draft(row, client, body.name, body.config, {})), status=201)


@router.put(f"{CONNECTOR}/config", response=CHANGED, auth=on_cluster(plan.CONFIGURE, change=True))
def configure_connector(
    request: ApiRequest, connect: str, connector: str, body: ConnectorConfigIn, params: Query[ChangeParams]
) -> Status[Any]:
    """Replace a connector's configuration, if the workers find it valid; a dry run only checks it."""
    row = queries.connect_of(request.cluster, connect)
    client = queries.patient_client_of(row)
    stored = connectors.config_of(queries.client_of(row), connector)
    passwords = row.passwords_of(stored.get("connector.class", ""))
    return applied(request, params, row, client, checked(draft(row, client, connector, body.config, stored, passwords)))


def checked(configuration: Draft) -> Draft:
    """Raises Refused: the workers object; each objection is named by its setting."""
    if configuration.errors:
        raise Refused(422, INVALID, errors={name: list(errors) for name, errors in configuration.errors.items()})
    return configuration


def applied(
    request: ApiRequest, params: ChangeParams, row: ConnectCluster, client: Connect, configuration: Draft,
    status: int = 200,
) -> Status[Any]:  # fmt: skip
    planned = configuration.plan
    if not planned.steps:
        check(request, request.cluster, planned)
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    return change(
        request,
        params,
        planned,
        partial(apply_draft, client, configuration),
        after=lambda: planning.show_changed(row, client, configuration.name),
        status=status,
    )
