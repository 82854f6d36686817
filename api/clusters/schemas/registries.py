"""Schema registries: how each is reached. Secrets go in and never come out."""

from dataclasses import asdict
from typing import Any

from django.forms.models import model_to_dict
from ninja import Field, Query, Schema, Status
from pydantic import SecretStr

from api.clusters.overview import RegistryVerdictOut
from api.clusters.schemas.listing import router
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
from api.kit.problems import invalid
from api.kit.types import Body, Line, Text
from clusters.connections import default_registry
from clusters.connections import registry_changes as changes
from clusters.connections.default_registry import FormerNameForm
from clusters.connections.registry_forms import RegistryForm
from clusters.gateway.probe.registry_test import probe_registry
from clusters.models import SchemaRegistry
from clusters.schemas import queries

REGISTRIES = "/schema-registries"
ONE = f"{REGISTRIES}/{{name:registry}}"


class RegistryOut(Schema):
    """A schema registry, and what its last refresh said."""

    name: str = Field(description="`default` is used wherever no registry is named.")
    url: str
    username: str
    verify: bool
    oauth_token_url: str
    oauth_client_id: str
    oauth_scope: str
    compatibility: str | None = Field(description="Of subjects without a level of their own; null before it is known.")
    mode: str | None = Field(description="null where the registry has no modes.")
    subjects: int | None = Field(description="How many of them you have access to; null before the first refresh.")
    current_as_of: Any = Field(description="When they were last listed.")
    error: str = Field(description="Why the last refresh failed; empty if it did not.")
    advice: str
    secrets: list[str] = Field(description="The names of saved secrets; their values are never returned.")


class RegistryIn(Body):
    """How a schema registry is reached. Omitted fields keep their value, or the default."""

    name: Line | None = Field(None, max_length=100)
    url: Line | None = Field(None, max_length=500, description="Base URL of Confluent's API; several, comma-separated.")
    username: Line | None = Field(None, max_length=255)
    ca_pem: Text | None = None
    certificate_pem: Text | None = None
    verify: bool | None = None
    oauth_token_url: Line | None = Field(None, max_length=500, description="For client credentials.")
    oauth_client_id: Line | None = Field(None, max_length=255)
    oauth_scope: Line | None = Field(None, max_length=500)
    password: SecretStr | None = None
    token: SecretStr | None = None
    oauth_client_secret: SecretStr | None = None
    key_pem: SecretStr | None = None


def save(request: ApiRequest, params: ChangeParams, row: SchemaRegistry, body: RegistryIn) -> Change:
    changes.require_own(request.cluster)
    form = filled(RegistryForm, row, values_in(body))
    plan = changes.plan_saving(form)
    require_plan(params, plan)
    if not params.dry_run:
        changes.save(request, form, plan)
    return serialize_plan(plan, done=not params.dry_run)


@router.get(REGISTRIES, response=list[RegistryOut], auth=on_cluster("schemas.view"))
def list_registries(request: ApiRequest) -> list[dict[str, Any]]:
    """List the schema registries of a cluster."""
    return [serialize(request, row) for row in request.cluster.registries.select_related("cluster")]


def serialize(request: ApiRequest, row: SchemaRegistry) -> dict[str, Any]:
    mirror = queries.mirror_of(row)
    return {
        **model_to_dict(row, fields=RegistryForm.Meta.fields),
        "compatibility": mirror.compatibility or None,
        "mode": mirror.mode or None,
        "subjects": queries.count_in_sight(request, row),
        "current_as_of": mirror.current_as_of,
        "error": mirror.error,
        "advice": mirror.advice,
        "secrets": sorted(name for name, value in row.secrets.items() if value),
    }


@router.post(REGISTRIES, response=CREATED, auth=on_cluster("clusters.edit"))
def add_registry(request: ApiRequest, body: RegistryIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add a schema registry."""
    row = queries.new_registry(request.cluster)
    return Status(200 if params.dry_run else 201, save(request, params, row, body))


@router.post("/schema-registry-tests", response=RegistryVerdictOut, auth=on_cluster("clusters.edit"))
def test_registry(request: ApiRequest, body: RegistryIn) -> dict[str, Any]:
    """Test how a schema registry is reached, without saving it."""
    form = filled(RegistryForm, SchemaRegistry(cluster=request.cluster, name="tested"), values_in(body))
    return asdict(probe_registry(form.unsaved().connection()))


@router.patch(ONE, response=CHANGED, auth=on_cluster("clusters.edit"))
def edit_registry(request: ApiRequest, registry: str, body: RegistryIn, params: Query[ChangeParams]) -> Status[Any]:
    """Change how a schema registry is reached. An omitted secret is kept, if it goes where it went before."""
    return Status(200, save(request, params, queries.registry_called(request.cluster, registry), body))


class DefaultIn(Body):
    """What the present default registry is called afterwards."""

    former_name: Line | None = Field(None, max_length=100, description="By default a free one: `former-default`.")


@router.post(f"{ONE}/default", response=CHANGED, auth=on_cluster("clusters.edit"))
def make_default(request: ApiRequest, registry: str, body: DefaultIn, params: Query[ChangeParams]) -> Status[Any]:
    """Have a registry be used wherever none is named: it is called `default` then. Record formats follow the names."""
    changes.require_own(request.cluster)
    row = queries.registry_called(request.cluster, registry)
    default_registry.require_other(row)
    form = FormerNameForm({"former_name": body.former_name or default_registry.suggested_name(row)}, row=row)
    if not form.is_valid():
        raise invalid(form)
    plan = default_registry.plan_default(row, form.names())
    return change_own_records(params, plan, lambda: default_registry.make_default(request, row, plan, form.names()))


@router.delete(ONE, response=CHANGED, auth=on_cluster("clusters.edit"))
def remove_registry(request: ApiRequest, registry: str, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Remove a schema registry from kafkaadmin; its schemas stay."""
    changes.require_own(request.cluster)
    row = queries.registry_called(request.cluster, registry)
    require_name(request.cluster, params, params.confirm, row.name)
    plan = changes.plan_removal(row)
    return change_own_records(params, plan, lambda: changes.remove(request, row, plan))
