"""All schemas of a registry as a file, and a file or another registry into a registry, as on the pages."""

import hashlib
from dataclasses import replace
from typing import Annotated, Any, Literal

from ninja import Field, Query, Schema, Status

from api.clusters.job_starts import STARTED, started
from api.clusters.schemas.changes import SchemaChangeParams
from api.clusters.schemas.listing import ReferenceOut, RegistryParams, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import Change, serialize_plan
from api.kit.problems import Refused
from api.kit.types import Body, OneOf, Text
from clusters.access import sees
from clusters.gateway.registry.client import Reference
from clusters.gateway.registry.subjects import LEVELS, MODES
from clusters.models import SchemaRegistry
from clusters.schemas import plan, queries
from clusters.schemas.forms import MOST_LINES
from clusters.schemas.queries import MOST_ID
from clusters.schemas.transfer.exporting import export_file
from clusters.schemas.transfer.file_lines import LineError, SchemaFile, SchemaLine, SettingsLine, file_of
from clusters.schemas.transfer.importing import MOST
from clusters.schemas.transfer.job.drafts import ImportDraft, draft_of_file, draft_of_registry
from clusters.schemas.transfer.job.kind import NAME
from clusters.schemas.transfer.parts import PlannedImport, apply_import, check_import, plan_import

LONGEST = 2_000_000  # letters of one request
ONE_ORIGIN = "Give either content or source."
SAME_REGISTRY = "This is the registry itself: choose another one as source."


class LineIn(Schema):
    """A version of a subject, as a line of an export has it."""

    subject: Text = Field(min_length=1, max_length=700)
    version: int = Field(ge=1, le=MOST_ID)
    id: int | None = Field(None, ge=1, le=MOST_ID)
    schemaType: Literal["AVRO", "JSON", "PROTOBUF"] = "AVRO"  # noqa: N815 - as registries write it
    text: Text = Field(max_length=1_000_000, description="What a line has as `schema`.")
    references: list[ReferenceOut] = Field([], max_length=200)


class SettingsLineIn(Schema):
    """What was set for a subject, as a line of an export has it."""

    subject: Text = Field("", max_length=700, description="Empty: what holds for all without their own.")
    compatibility: Annotated[str, OneOf(["", *LEVELS])] = ""
    mode: Annotated[str, OneOf(["", *MODES])] = ""


class ImportIn(Body):
    """Versions to register, in this order, and settings to make afterwards."""

    lines: list[LineIn] = Field([], max_length=MOST)
    settings: list[SettingsLineIn] = Field(
        [], max_length=MOST, description="What the user may not configure is left out, which a warning says."
    )

    def file(self) -> SchemaFile:
        settings = {each.subject: SettingsLine(each.subject, each.compatibility, each.mode) for each in self.settings}
        return SchemaFile(tuple(map(line_in, self.lines)), tuple(settings.values()))


class ImportedOut(Schema):
    """A version of a line, and which one it is here."""

    subject: str
    version: int
    registered: int


class SchemaImportOut(Schema):
    """What was registered, or would be, and which versions the lines are here."""

    change: Change
    versions: list[ImportedOut]


@router.post(
    "/schema-import", response={200: SchemaImportOut, 201: SchemaImportOut}, auth=on_cluster(plan.REGISTER, change=True)
)
def import_schemas(request: ApiRequest, body: ImportIn, params: Query[SchemaChangeParams]) -> Status[Any]:
    """Register versions of an export, then set levels and modes.

    In mode IMPORT ids and versions are kept; what is registered already stays.
    """
    row = queries.registry_called(request.cluster, params.registry)
    planned = plan_import(request, row, body.file())
    has_changes = bool(planned.plans.steps)
    if params.dry_run or not has_changes:
        check_import(request, row, planned)
    else:
        apply_import(request, row, planned, params.plan)
    done = has_changes and not params.dry_run
    versions = [
        {"subject": subject, "version": version, "registered": registered}
        for (subject, version), registered in planned.registrar.versions.items()
        if sees(request, request.cluster, "schemas.view", subject)
    ]
    content = {"change": serialize_import(planned, done=not params.dry_run), "versions": versions}
    return Status(201 if done else 200, content)


def serialize_import(planned: PlannedImport, *, done: bool) -> Change:
    """Return all parts as one change: of schemas, or, where there are none, of settings."""
    first = next((part.plan for part in planned.parts if part.plan.steps), planned.parts[0].plan)
    return serialize_plan(replace(first, steps=planned.plans.steps, warnings=planned.warnings), done=done)


def line_in(line: LineIn) -> SchemaLine:
    references = tuple(Reference(each.name, each.subject, each.version) for each in line.references)
    return SchemaLine(line.subject, line.version, line.id, line.schemaType, line.text, references)


@router.get(
    "/schema-export",
    auth=on_cluster("schemas.view"),
    response={200: None},
    openapi_extra={
        "responses": {
            200: {"description": "The file.", "content": {"application/jsonl": {"schema": {"type": "string"}}}}
        }
    },
)
def export_schemas(request: ApiRequest, params: Query[RegistryParams]) -> Any:
    """Fetch all versions of all subjects as JSON Lines, what others refer to first, levels and modes last.

    The last line of a file that has not all of them says why: `{"incomplete": "…"}`.
    """
    return export_file(request, queries.registry_called(request.cluster, params.registry))


class ImportJobIn(Body):
    """What a job imports: the lines of an export, or another schema registry of the cluster."""

    content: Text = Field("", max_length=LONGEST, description="JSON Lines, as exported.")
    name: Text = Field("lines", max_length=100, description="Names the lines in the job and the audit log.")
    source: Text = Field("", max_length=100, description="Instead of lines: the name of another schema registry.")
    schemas_only: bool = Field(False, description="Leave out levels and modes.")


@router.post("/schema-import/job", response=STARTED, auth=on_cluster(plan.REGISTER, change=True))
def start_schema_import(request: ApiRequest, body: ImportJobIn, params: Query[SchemaChangeParams]) -> Status[Any]:
    """Import many schemas by a job, or take over those of another registry.

    It goes on after an interruption, and can be repeated. Levels and modes are set last.
    """
    row = queries.registry_called(request.cluster, params.registry)
    content = draft_from(request, row, body)
    return started(request, params, NAME, content.parameters, content.pieces)


def draft_from(request: ApiRequest, row: SchemaRegistry, body: ImportJobIn) -> ImportDraft:
    """Raises Refused: there are neither lines nor another registry, or the lines are none."""
    if bool(body.content) == bool(body.source):
        raise Refused(422, ONE_ORIGIN, errors={"source": [ONE_ORIGIN]})
    if body.source:
        source = queries.registry_called(request.cluster, body.source)
        if source.pk == row.pk:
            raise Refused(422, SAME_REGISTRY, errors={"source": [SAME_REGISTRY]})
        return draft_of_registry(request, row, source, schemas_only=body.schemas_only)
    try:
        file = file_of(body.content, MOST_LINES)
    except LineError as error:
        raise Refused(422, str(error), errors={"content": [str(error)]}) from error
    file = replace(file, settings=()) if body.schemas_only else file
    digest = hashlib.sha256(body.content.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return draft_of_file(request, row, file, body.name, digest)
