"""Clusters from a configuration of kafka-ui, AKHQ or Burrow."""

from django.core.exceptions import ValidationError
from ninja import Field, Query, Schema

from api.clusters.overview import router
from api.kit.access import ApiRequest, everywhere
from api.kit.changes import ChangeParams, StepOut, require_plan, serialize_step
from api.kit.problems import Refused
from api.kit.types import Body, Text
from clusters.declaration.uploads import made, planned, understood


class ConfigurationIn(Body):
    """A configuration's text."""

    text: Text = Field(min_length=1, description="kafka-ui's or AKHQ's YAML, or Burrow's YAML or TOML.")
    name: Text = Field("sent.yml", description="The file name; its extension tells the format.")


class ImportOut(Schema):
    """The result of an import, or its preview."""

    done: bool = Field(description="false after a dry run.")
    clusters: list[str]
    remarks: list[str] = Field(description="Settings that were ignored.")
    refused: list[str] = Field(description="Invalid clusters, each with its place and the reason.")
    plan: str = Field(description="Fingerprint of the planned changes.")
    steps: list[StepOut]


@router.post("/cluster-imports", response=ImportOut, auth=everywhere("clusters.add"))
def import_clusters(request: ApiRequest, body: ConfigurationIn, params: Query[ChangeParams]) -> ImportOut:
    """Create the valid clusters of a configuration. Updating an existing one requires clusters.edit.

    It reads no files or environment variables of the server.
    """
    try:
        imported = understood(body.text, body.name)
    except ValidationError as error:
        raise Refused(422, " ".join(error.messages), errors={"text": list(error.messages)}) from error
    plan = planned(request, imported)
    require_plan(params, plan)
    if not params.dry_run:
        made(request, imported)
    names = [declaration.name for declaration in imported.clusters]
    steps = [serialize_step(step) for step in plan.steps]
    return ImportOut(
        done=not params.dry_run,
        clusters=names,
        remarks=list(imported.remarks),
        refused=list(map(str, imported.refused)),
        plan=plan.digest,
        steps=steps,
    )
