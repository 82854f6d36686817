"""Adding, editing, testing and forgetting clusters. Kafka itself is not touched; secrets go in and never come out."""

import json
from copy import copy
from typing import Annotated, Any, Literal

from ninja import Field, Query, Schema, Status
from pydantic import SecretStr

from api.clusters.overview import VerdictOut, cluster_router, router, verdict_out
from api.kit.access import ApiRequest, everywhere, on_cluster
from api.kit.bodies import values_in
from api.kit.changes import (
    CHANGED,
    CREATED,
    Change,
    ChangeParams,
    ConfirmedChangeParams,
    require_name,
    require_plan,
    serialize_plan,
)
from api.kit.problems import Refused, invalid
from api.kit.types import Body, Line, OneOf, Text, lines
from clusters.connections import changes
from clusters.connections.forms import ClusterForm
from clusters.gateway.clients.connection import MECHANISMS, PROTOCOLS
from clusters.gateway.probe.registry_test import probe_both
from clusters.models import Cluster
from clusters.refresh import refresh_now

DECLARED = "{name} is managed by configuration; change it there."


class ClusterIn(Body):
    """Connection settings of a cluster. Omitted fields keep their value, or the default."""

    name: Line | None = Field(None, max_length=100)
    bootstrap_servers: Line | None = Field(None, max_length=2000, description="host:port, comma-separated.")
    environment: Literal["", "dev", "staging", "production"] | None = None
    read_only: bool | None = None
    needs_approval: bool | None = Field(None, description="Changes that destroy need a second person.")
    security_protocol: Annotated[str, OneOf(PROTOCOLS)] | None = None
    sasl_mechanism: Annotated[str, OneOf(("", *MECHANISMS))] | None = None
    username: Line | None = None
    ca_pem: Text | None = None
    certificate_pem: Text | None = None
    verify_hostname: bool | None = None
    oauth_token_url: Line | None = None
    oauth_client_id: Line | None = None
    oauth_scope: Line | None = None
    kerberos_service_name: Line | None = None
    kerberos_principal: Line | None = None
    properties: dict[Line, Line] | None = Field(None, description="Additional librdkafka client properties.")
    registry_url: Line | None = Field(None, max_length=500, description="Base URL of Confluent's schema registry API.")
    registry_username: Line | None = None
    registry_ca_pem: Text | None = None
    registry_certificate_pem: Text | None = None
    registry_verify: bool | None = None
    registry_oauth_token_url: Line | None = Field(None, max_length=500, description="For client credentials.")
    registry_oauth_client_id: Line | None = None
    registry_oauth_scope: Line | None = None
    formats: Text | None = Field(
        None, description="Formats of records, one `topics key=format value=format` per line; topics is a glob."
    )
    masking: list[dict[str, Any]] | None = Field(
        None, max_length=200, description="Masking rules, with kafka-ui's keys or topics, paths and textPattern."
    )
    super_users: Text | None = Field(
        None, description="Principals, one per line, where the brokers hide `super.users`."
    )
    password: SecretStr | None = None
    key_pem: SecretStr | None = None
    key_password: SecretStr | None = None
    oauth_client_secret: SecretStr | None = None
    registry_password: SecretStr | None = None
    registry_token: SecretStr | None = None
    registry_oauth_client_secret: SecretStr | None = None
    registry_key_pem: SecretStr | None = None


class ConnectionOut(Schema):
    """Connection settings of a cluster."""

    name: str
    bootstrap_servers: str
    environment: str
    read_only: bool
    needs_approval: bool
    security_protocol: str
    sasl_mechanism: str
    username: str
    ca_pem: str
    certificate_pem: str
    verify_hostname: bool
    oauth_token_url: str
    oauth_client_id: str
    oauth_scope: str
    kerberos_service_name: str
    kerberos_principal: str
    properties: dict[str, str]
    registry_url: str
    registry_username: str
    registry_ca_pem: str
    registry_certificate_pem: str
    registry_verify: bool
    registry_oauth_token_url: str
    registry_oauth_client_id: str
    registry_oauth_scope: str
    formats: str
    masking: list[dict[str, Any]]
    super_users: str
    secrets: list[str] = Field(description="The names of saved secrets; their values are never returned.")


def form_for(cluster: Cluster, body: ClusterIn) -> ClusterForm:
    """Return the page's form, filled with the present values and the changes.

    Raises:
        Refused: the form does not accept them.
    """
    given = values_in(body)
    values = ClusterForm(instance=cluster).present_values() | given
    form = ClusterForm(
        {**values, "properties": lines(values["properties"]), "masking": json.dumps(values["masking"])},
        instance=cluster,
    )
    if not form.is_valid():
        raise invalid(form)
    return form


def save(request: ApiRequest, params: ChangeParams, cluster: Cluster, body: ClusterIn) -> Change:
    """Check a cluster's values, and save them unless this is a dry run."""
    before = copy(cluster) if cluster.pk else None
    form = form_for(cluster, body)
    plan = changes.plan_saving(form, before)
    require_plan(params, plan)
    if not params.dry_run:
        refresh_now(changes.save(request, form, plan))
    return serialize_plan(plan, done=not params.dry_run)


def require_own(cluster: Cluster) -> None:
    """Refuse to change what a configuration declares.

    Raises:
        Refused: it is declared.
    """
    if cluster.declared:
        raise Refused(403, DECLARED.format(name=cluster.name))


@router.post("/clusters", response=CREATED, auth=everywhere("clusters.add"))
def add_cluster(request: ApiRequest, body: ClusterIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add a cluster."""
    return Status(200 if params.dry_run else 201, save(request, params, Cluster(), body))


@router.post("/cluster-tests", response=VerdictOut, auth=everywhere("clusters.add"))
def test_new_cluster(request: ApiRequest, body: ClusterIn) -> VerdictOut:
    """Test a connection without saving it."""
    form = form_for(Cluster(), body)
    return verdict_out(*probe_both(form.unsaved().connection(), form.registry.connection()))


@cluster_router.get("/connection", response=ConnectionOut, auth=on_cluster("clusters.edit"))
def show_connection(request: ApiRequest) -> dict[str, Any]:
    """Show the connection settings of a cluster, without its secrets."""
    form = ClusterForm(instance=request.cluster)
    return {**form.present_values(), "secrets": form.stored_secrets()}


@cluster_router.patch("", response=CHANGED, auth=on_cluster("clusters.edit"))
def edit_cluster(request: ApiRequest, body: ClusterIn, params: Query[ChangeParams]) -> Status[Any]:
    """Change the connection settings of a cluster. An omitted secret is kept."""
    require_own(request.cluster)
    return Status(200, save(request, params, request.cluster, body))


@cluster_router.delete("", response=CHANGED, auth=on_cluster("clusters.delete"))
def forget_cluster(request: ApiRequest, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Remove a cluster from kafkaadmin; in production its name must be confirmed. Kafka itself is not changed."""
    forgotten = request.cluster
    if not forgotten.may_be_forgotten:
        require_own(forgotten)
    require_name(forgotten, params, params.confirm, forgotten.name)
    plan = changes.plan_forgetting(forgotten)
    require_plan(params, plan)
    if not params.dry_run:
        changes.forget(request, forgotten, plan)
    return Status(200, serialize_plan(plan, done=not params.dry_run))


@cluster_router.post("/start-anew", response=CHANGED, auth=on_cluster("clusters.edit"))
def take_for_known(request: ApiRequest, params: Query[ChangeParams]) -> Status[Any]:
    """Accept the new Kafka cluster at this address; the inventory of the old one is discarded."""
    known_cluster = request.cluster
    plan = changes.plan_replacement(known_cluster)
    require_plan(params, plan)
    if not params.dry_run:
        changes.accept_replacement(request, known_cluster, plan)
        refresh_now(known_cluster)
    return Status(200, serialize_plan(plan, done=not params.dry_run))
