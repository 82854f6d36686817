"""Clusters from a configuration of kafka-ui, AKHQ or Burrow."""

from django.core.exceptions import ValidationError
from ninja import Field, Query, Schema

from api.clusters.overview import router
from api.kit.access import ApiRequest, everywhere
from api.kit.changes import ChangeParams, StepOut, require_plan, serialize_step
from api.kit.problems import Refused
from api.kit.types import Text
from clusters.declaration.uploads import made, planned, understood


class ConfigurationIn(Schema):
    """A configuration's text."""

    text: Text = Field(min_length=1, description="kafka-ui's or AKHQ's YAML, or Burrow's YAML or TOML.")
    name: Text = Field("sent.yml", description="A file's name, whose ending says which it is.")


class ImportOut(Schema):
    """What was made of a configuration, or would be."""

    done: bool = Field(description="false after a dry run.")
    clusters: list[str]
    remarks: list[str] = Field(description="What was not taken over.")
    refused: list[str] = Field(description="Clusters that cannot be used, each with its place and the reason.")
    plan: str = Field(description="Fingerprint of the steps.")
    steps: list[StepOut]


@router.post("/cluster-imports", response=ImportOut, auth=everywhere("clusters.add"))
def import_clusters(request: ApiRequest, body: ConfigurationIn, params: Query[ChangeParams]) -> ImportOut:
    """Create the clusters of a configuration that can be used. Updating an existing one takes the right to edit it.

    No file and no environment variable of the server is read for it.
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
