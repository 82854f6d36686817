"""Changing schemas: each goes through ``clusters.changes``, as on the pages."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal

from ninja import Field, Query, Schema, Status

from api.clusters.schemas.listing import SCHEMAS, ReferenceOut, RegistryParams, router
from api.kit.access import ApiRequest, demand, on_cluster
from api.kit.changes import (
    CHANGED,
    CREATED,
    Change,
    ChangeParams,
    ConfirmedChangeParams,
    change,
    require_name,
    serialize_plan,
)
from api.kit.problems import invalid
from api.kit.types import Body, OneOf, Text
from clusters.changes import check
from clusters.gateway.registry import changes as kafka
from clusters.gateway.registry.subjects import GLOBAL, LEVELS, MODES
from clusters.models import SchemaRegistry
from clusters.registry_words import named
from clusters.schemas import plan, planning, queries
from clusters.schemas.forms import SubjectForm
from clusters.schemas.mirror import settings_changed, subject_changed
from clusters.schemas.planning import Registration
from clusters.schemas.queries import MOST_ID
from core.patterns import EVERYTHING

SUBJECT = f"{SCHEMAS}/{{name:subject}}"


class SchemaChangeParams(ChangeParams, RegistryParams):
    """How to change it, and in which registry."""


class NewSchemaIn(Body):
    """A schema to register."""

    type: Literal["AVRO", "JSON", "PROTOBUF"] = "AVRO"
    text: Text = Field(max_length=1_000_000, description="The schema.")
    references: list[ReferenceOut] = Field([], max_length=200)


class ObjectionOut(Schema):
    """What the registry objects to, with its place in the schema."""

    message: str
    field: str
    line: int | None


class CheckOut(Schema):
    """Whether a schema could be registered, and what it would change."""

    compatible: bool
    level: str = Field(description="The compatibility level that holds for the subject.")
    version: int | None = Field(description="The version that the schema is already.")
    objections: list[ObjectionOut]
    planned: Change = Field(description="What registering it would change.")


class SettingsIn(Body):
    """New settings; an empty text removes what is set, an omitted one stays."""

    compatibility: Annotated[str, OneOf(["", *LEVELS])] | None = None
    mode: Annotated[str, OneOf(["", *MODES])] | None = None


class DeleteParams(ConfirmedChangeParams, RegistryParams):
    """What to delete, and how."""

    version: int | None = Field(None, ge=1, le=MOST_ID, description="Only this version.")
    permanent: bool = Field(False, description="Delete for good what is deleted softly by default.")


@router.post(f"{SUBJECT}/check", response=CheckOut, auth=on_cluster(plan.REGISTER))
def check_schema(request: ApiRequest, subject: str, body: NewSchemaIn, params: Query[RegistryParams]) -> dict[str, Any]:
    """Check whether a schema could be registered, without doing so."""
    row = queries.registry_called(request.cluster, params.registry)
    registration = registration_of(request, row, subject, body)
    return {
        "compatible": not registration.objections,
        "level": registration.level,
        "version": registration.already,
        "objections": list(map(vars, registration.objections)),
        "planned": serialize_plan(named(registration.plan, row), done=False),
    }


@router.post(f"{SUBJECT}/versions", response=CREATED, auth=on_cluster(plan.REGISTER, change=True))
def register_schema(
    request: ApiRequest, subject: str, body: NewSchemaIn, params: Query[SchemaChangeParams]
) -> Status[Any]:
    """Register a schema as the next version, if it is compatible. One that is registered already stays as it is."""
    row = queries.registry_called(request.cluster, params.registry)
    registration = registration_of(request, row, subject, body)
    planned = named(registration.plan, row)
    if registration.already:
        check(request, request.cluster, planned)
        return Status(200, serialize_plan(replace(planned, steps=()), done=not params.dry_run))
    registration.require_accepted()
    registry = queries.client_of(row)
    return change(
        request,
        params,
        planned,
        partial(kafka.register, registry, subject, registration.new),
        after=lambda: subject_changed(row, registry, subject),
        status=201,
    )


def registration_of(request: ApiRequest, row: SchemaRegistry, subject: str, body: NewSchemaIn) -> Registration:
    """Raises Refused: it is no schema, or has no such references."""
    references = "\n".join(f"{each.name} {each.subject} {each.version}" for each in body.references)
    form = SubjectForm({"type": body.type, "schema": body.text, "references": references})
    if not form.is_valid():
        raise invalid(form)
    return planning.plan_registration(request, row, queries.client_of(row), subject, form.new_schema())


@router.patch(f"{SUBJECT}/settings", response=CHANGED, auth=on_cluster(plan.CONFIGURE, change=True))
def configure_subject(
    request: ApiRequest, subject: str, body: SettingsIn, params: Query[SchemaChangeParams]
) -> Status[Any]:
    """Set the compatibility level and the mode of a subject."""
    return configured(request, subject, body, params)


@router.patch("/schema-settings", response=CHANGED, auth=on_cluster(plan.CONFIGURE, change=True))
def configure_schemas(request: ApiRequest, body: SettingsIn, params: Query[SchemaChangeParams]) -> Status[Any]:
    """Set the compatibility level and the mode of all subjects without their own."""
    demand(request, request.cluster, plan.CONFIGURE, EVERYTHING, change=True)
    return configured(request, GLOBAL, body, params)


def configured(request: ApiRequest, subject: str, body: SettingsIn, params: SchemaChangeParams) -> Status[Any]:
    row = queries.registry_called(request.cluster, params.registry)
    registry = queries.client_of(row)
    after = {name: value for name, value in body.model_dump().items() if value is not None}
    changes = planning.plan_settings(registry, subject, after)
    return change(
        request,
        params,
        named(changes, row),
        lambda: planning.apply_settings(registry, subject, changes),
        after=lambda: settings_changed(row, registry, subject),
    )


@router.delete(SUBJECT, response=CHANGED, auth=on_cluster(plan.DELETE, change=True))
def delete_subject(request: ApiRequest, subject: str, params: Query[DeleteParams]) -> Status[Any]:
    """Delete a subject or one of its versions, softly or for good; in production the name must be confirmed."""
    row = queries.registry_called(request.cluster, params.registry)
    registry = queries.client_of(row)
    planned = planning.plan_deletion(request, row, registry, subject, params.version, permanent=params.permanent)
    require_name(request.cluster, params, params.confirm, subject)
    return change(
        request,
        params,
        named(planned, row),
        lambda: planning.apply_deletion(registry, subject, params.version, permanent=params.permanent),
        after=lambda: subject_changed(row, registry, subject),
    )
