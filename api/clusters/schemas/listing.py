"""Schemas: the list of subjects comes from the inventory."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, on_cluster
from api.kit.paging import paged
from api.kit.types import Listing, Page, SortBy, Text
from clusters.gateway.registry.subjects import SubjectVersion
from clusters.schemas import queries
from clusters.schemas.naming import context_of
from clusters.schemas.queries import MOST_ID
from clusters.schemas.state import VersionState, compare, subject_state

router = Router(tags=["Schemas"])
SCHEMAS = "/schemas"


class RegistryParams(Schema):
    """Which of the cluster's schema registries is meant."""

    registry: Text = Field("", max_length=100, description="Name of a schema registry; the default one if empty.")


class SubjectOut(Schema):
    """A subject, as of the last refresh; null is what is not known."""

    name: str
    type: str | None = Field(description="AVRO, JSON or PROTOBUF.")
    version: int | None = Field(description="The latest version.")
    versions: int | None = Field(description="The number of versions.")
    schema_id: int | None
    record: str | None = Field(description="Full name of the record, message or title of the schema.")
    topic: str | None = Field(description="The topic that the subject's name says; it may not exist.")
    compatibility: str | None = Field(description="Its own level; null: the registry's applies.")
    context: str = Field(description="As in `:.context:subject`; empty for the default one.")
    deleted: bool = Field(description="Soft-deleted.")

    @staticmethod
    def resolve_type(subject: Any) -> str | None:
        return subject.type or None

    @staticmethod
    def resolve_record(subject: Any) -> str | None:
        return subject.record or None

    @staticmethod
    def resolve_topic(subject: Any) -> str | None:
        return subject.topic or None

    @staticmethod
    def resolve_compatibility(subject: Any) -> str | None:
        return subject.compatibility or None


class SubjectsParams(Listing, RegistryParams):
    """Query parameters of the list of subjects."""

    sort: Annotated[str, SortBy(queries.COLUMNS)] = "name"
    type: Literal["", "AVRO", "JSON", "PROTOBUF"] = ""
    context: Text = Field("", description="As in `:.context:subject`, with its dot.")
    deleted: bool = Field(False, description="List soft-deleted subjects too.")


class ReferenceOut(Schema):
    """A version of a subject that a schema refers to by a name."""

    name: str
    subject: str
    version: int


class SubjectVersionOut(Schema):
    """A version of a subject."""

    subject: str
    version: int


class FieldOut(Schema):
    """A field of a schema, wherever it is in the tree."""

    path: str
    type: str
    default: str | None = Field(description="As JSON; null where there is none.")
    required: bool
    doc: str


class SchemaOut(Schema):
    """A schema with its fields."""

    type: str
    id: int | None
    version: int | None
    text: str = Field(description="As the registry has it.")
    references: list[ReferenceOut]
    fields: list[FieldOut]
    problem: str = Field(description="Why its fields are not known; empty if they are.")


class SchemaUseOut(Schema):
    """A topic whose records have a schema, as far as they were read in kafkaadmin."""

    topic: str
    seen_at: datetime = Field(description="When such a record was last read, to the hour.")


class SubjectDetailOut(Schema):
    """A subject, as the registry has it now, with one of its versions."""

    name: str
    versions: list[int]
    compatibility: str | None = Field(description="Its own level; null: the registry's applies.")
    global_compatibility: str | None
    mode: str | None
    global_mode: str | None = Field(description="null where the registry has no modes.")
    definition: SchemaOut
    referenced_by: list[SubjectVersionOut]
    seen_in: list[SchemaUseOut] = Field(description="Topics in whose records the shown version was seen.")
    missing: list[str] = Field(description="What the registry did not tell.")


class ByIdOut(Schema):
    """The schema that an id stands for, and the versions that have it."""

    definition: SchemaOut
    usages: list[SubjectVersionOut]
    seen_in: list[SchemaUseOut] = Field(description="Topics in whose records it was seen.")


class FieldChangeOut(Schema):
    """A field that differs."""

    path: str
    kind: str = Field(description="`added`, `removed`, `changed` or `documentation`.")
    before: str | None
    after: str | None


class ProblemOut(Schema):
    """Why records cannot be read, and where in the schema."""

    path: str
    sentence: str


class ComparisonOut(Schema):
    """What two versions differ in."""

    before: int
    after: int
    fields: list[FieldChangeOut]
    backward: list[ProblemOut] = Field(description="Why records of the earlier one cannot be read with the later one.")
    forward: list[ProblemOut] = Field(description="Why records of the later one cannot be read with the earlier one.")
    allowed: dict[str, bool] = Field(description="By level, without the transitive ones.")
    problem: str = Field(description="Why they could not be compared; empty if they were.")


class VersionParams(RegistryParams):
    """Which version to return."""

    version: int | None = Field(None, ge=1, le=MOST_ID, description="The latest by default.")


class IdParams(RegistryParams):
    """Where an id is looked up."""

    context: Text = Field("", max_length=255, description="As in `:.context:subject`, with its dot.")


class CompareParams(RegistryParams):
    """Which versions to compare."""

    before: int | None = Field(None, ge=1, le=MOST_ID, description="By default the one before `after`.")
    after: int | None = Field(None, ge=1, le=MOST_ID, description="By default the latest.")


@router.get(SCHEMAS, response=Page[SubjectOut], auth=on_cluster("schemas.view"))
def list_subjects(request: ApiRequest, params: Query[SubjectsParams]) -> dict[str, Any]:
    """List subjects of a schema registry, as of its last refresh."""
    rows = queries.listed_subjects(request, request.cluster, params.registry)
    rows = queries.filtered(rows, params.q, kind=params.type, context=params.context, deleted=params.deleted)
    return paged(rows, params, params.sort)


@router.get(f"{SCHEMAS}/{{name:subject}}", response=SubjectDetailOut, auth=on_cluster("schemas.view"))
def get_subject(request: ApiRequest, subject: str, params: Query[VersionParams]) -> dict[str, Any]:
    """Return a subject with one of its versions, from the registry."""
    row = queries.registry_called(request.cluster, params.registry)
    state = subject_state(queries.client_of(row), subject, params.version)
    return {
        "name": state.name,
        "versions": state.versions,
        "compatibility": state.compatibility or None,
        "global_compatibility": state.global_compatibility or None,
        "mode": state.mode or None,
        "global_mode": state.global_mode or None,
        "definition": serialize_version(state.shown),
        "referenced_by": serialize_usages(queries.usages_in_sight(request, request.cluster, state.referenced_by)),
        "seen_in": queries.uses_of_schema(request, row, state.shown.registered.id, context_of(state.name)),
        "missing": state.missing,
    }


@router.get(f"{SCHEMAS}/{{name:subject}}/compare", response=ComparisonOut, auth=on_cluster("schemas.view"))
def compare_versions(request: ApiRequest, subject: str, params: Query[CompareParams]) -> dict[str, Any]:
    """Compare two versions of a subject, field by field, with what breaks in each direction."""
    row = queries.registry_called(request.cluster, params.registry)
    comparison = compare(queries.client_of(row), subject, params.before, params.after)
    problems = {direction.name: list(map(vars, direction.problems)) for direction in comparison.directions}
    return {
        "before": comparison.before,
        "after": comparison.after,
        "fields": list(map(vars, comparison.changes)),
        "backward": problems.get("BACKWARD", []),
        "forward": problems.get("FORWARD", []),
        "allowed": comparison.levels,
        "problem": comparison.problem,
    }


@router.get("/schema-ids/{int:number}", response=ByIdOut, auth=on_cluster("schemas.view"))
def get_schema_by_id(request: ApiRequest, number: int, params: Query[IdParams]) -> dict[str, Any]:
    """Return the schema that an id stands for, as records that serializers write begin with it."""
    row = queries.registry_called(request.cluster, params.registry)
    version, usages = queries.schema_in_sight(request, row, number, params.context)
    return {
        "definition": serialize_version(version) | {"id": number},
        "usages": serialize_usages(usages),
        "seen_in": queries.uses_of_schema(request, row, number, params.context),
    }


def serialize_version(version: VersionState) -> dict[str, Any]:
    return {
        "type": version.registered.kind,
        "id": version.registered.id,
        "version": version.number,
        "text": version.registered.text,
        "references": list(map(vars, version.registered.references)),
        "fields": [
            {
                "path": row.path,
                "type": row.field.type,
                "default": row.field.default,
                "required": row.field.is_required,
                "doc": row.field.doc,
            }
            for row in version.rows
        ],
        "problem": version.problem,
    }


def serialize_usages(usages: list[SubjectVersion]) -> list[dict[str, Any]]:
    return list(map(vars, usages))
