"""Connect clusters: how each is reached. Secrets go in and never come out."""

from typing import Any

from django.forms.models import model_to_dict
from ninja import Field, Query, Schema, Status
from pydantic import SecretStr

from api.clusters.connect import router
from api.kit.access import ApiRequest, on_cluster
from api.kit.bodies import filled, values_in
from api.kit.changes import (
    CHANGED,
    CREATED,
    Change,
    ChangeParams,
    ConfirmedChangeParams,
    change_own_records,
    require_name,
    require_plan,
    serialize_plan,
)
from api.kit.types import Body, Line, Text
from clusters.connect import queries
from clusters.connect.clusters import changes
from clusters.connect.clusters.forms import ConnectClusterForm, new_connect
from clusters.models import ConnectCluster

CLUSTERS = "/connect-clusters"
ONE = f"{CLUSTERS}/{{name:connect}}"


class ConnectClusterOut(Schema):
    """A Connect cluster, and what its last refresh said."""

    name: str
    url: str
    username: str
    verify: bool
    oauth_token_url: str
    oauth_client_id: str
    oauth_scope: str
    group_pattern: str
    restart_minutes: int = Field(description="Between restarts of failed tasks; 0: none.")
    restart_most: int = Field(description="Restarts of one connector in a day.")
    version: str | None = Field(description="Of the worker that answered; null before the first refresh.")
    connectors: int | None = Field(description="How many of them you have access to; null before the first refresh.")
    current_as_of: Any = Field(description="When they were last listed.")
    error: str = Field(description="Why the last refresh failed; empty if it did not.")
    advice: str
    secrets: list[str] = Field(description="The names of saved secrets; their values are never returned.")


class ConnectClusterIn(Body):
    """How a Connect cluster is reached. Omitted fields keep their value, or the default."""

    name: Line | None = Field(None, max_length=100)
    url: Line | None = Field(None, max_length=500, description="Of its REST API; several, comma-separated.")
    username: Line | None = Field(None, max_length=255)
    ca_pem: Text | None = None
    certificate_pem: Text | None = None
    verify: bool | None = None
    oauth_token_url: Line | None = Field(None, max_length=500, description="For client credentials.")
    oauth_client_id: Line | None = Field(None, max_length=255)
    oauth_scope: Line | None = Field(None, max_length=500)
    group_pattern: Line | None = Field(None, max_length=255, description="Of sinks' groups; `%s` is the connector.")
    restart_minutes: int | None = Field(None, ge=0, le=1440, description="Between restarts of failed tasks; 0: none.")
    restart_most: int | None = Field(None, ge=1, le=100, description="Restarts of one connector in a day.")
    password: SecretStr | None = None
    key_pem: SecretStr | None = None
    oauth_client_secret: SecretStr | None = None


class ConnectVerdictOut(Schema):
    """The result of a test of a Connect cluster."""

    ok: bool
    sentence: str
    advice: str


def save(request: ApiRequest, params: ChangeParams, connect: ConnectCluster, body: ConnectClusterIn) -> Change:
    changes.require_own(request.cluster)
    form = filled(ConnectClusterForm, connect, values_in(body))
    plan = changes.plan_saving(form)
    require_plan(params, plan)
    if not params.dry_run:
        changes.save(request, form, plan)
    return serialize_plan(plan, done=not params.dry_run)


@router.get(CLUSTERS, response=list[ConnectClusterOut], auth=on_cluster(queries.VIEW))
def list_connect_clusters(request: ApiRequest) -> list[dict[str, Any]]:
    """List the Connect clusters of a cluster."""
    visible = queries.connectors_in_sight(request, request.cluster)
    return [
        {
            **model_to_dict(connect, fields=ConnectClusterOut.model_fields.keys() - {"secrets"}),
            "version": connect.version or None,
            "connectors": visible.filter(connect=connect).count() if connect.current_as_of else None,
            "current_as_of": connect.current_as_of,
            "secrets": sorted(name for name, value in connect.secrets.items() if value),
        }
        for connect in request.cluster.connect_clusters.all()
    ]


@router.post(CLUSTERS, response=CREATED, auth=on_cluster("clusters.edit"))
def add_connect_cluster(request: ApiRequest, body: ConnectClusterIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add a Connect cluster."""
    return Status(200 if params.dry_run else 201, save(request, params, new_connect(request.cluster), body))


@router.post("/connect-cluster-tests", response=ConnectVerdictOut, auth=on_cluster("clusters.edit"))
def test_connect_cluster(request: ApiRequest, body: ConnectClusterIn) -> dict[str, Any]:
    """Test how a Connect cluster is reached, without saving it."""
    return vars(changes.probe(filled(ConnectClusterForm, new_connect(request.cluster), values_in(body)).unsaved()))


@router.patch(ONE, response=CHANGED, auth=on_cluster("clusters.edit"))
def edit_connect_cluster(
    request: ApiRequest, connect: str, body: ConnectClusterIn, params: Query[ChangeParams]
) -> Status[Any]:
    """Change how a Connect cluster is reached. An omitted secret is kept, if it goes where it went before."""
    return Status(200, save(request, params, queries.connect_of(request.cluster, connect), body))


@router.delete(ONE, response=CHANGED, auth=on_cluster("clusters.edit"))
def remove_connect_cluster(request: ApiRequest, connect: str, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Remove a Connect cluster from kafkaadmin; its connectors go on."""
    changes.require_own(request.cluster)
    row = queries.connect_of(request.cluster, connect)
    require_name(request.cluster, params, params.confirm, row.name)
    plan = changes.plan_removal(row)
    return change_own_records(params, plan, lambda: changes.remove(request, row, plan))
