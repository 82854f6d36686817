"""A cluster as a manifest, and a manifest compared with the cluster and applied to it."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import ConfirmedChangeParams, StepOut, require_name, serialize_step
from api.kit.problems import Refused
from api.kit.types import Body, Text
from clusters.bulk.items import Item
from clusters.manifests.applying import ACTION, MOST_AT_ONCE, Application, apply, compare, plan_application
from clusters.manifests.drift.refresh import compare_soon
from clusters.manifests.forms import MOST_CHARACTERS
from clusters.manifests.reading import read
from clusters.manifests.resources import SECTIONS, Manifest, NotAManifest
from clusters.manifests.state import exported

router = Router(tags=["Manifests"])
Section = Literal["topics", "users", "acls", "quotas"]


class ManifestSections(Schema):
    """What of the cluster to export."""

    section: Annotated[list[Section], Field(description="Repeat it for several; all without it.")] = []


class ManifestIn(Body):
    """A manifest, and whether what it does not list is removed."""

    text: Text = Field(
        max_length=MOST_CHARACTERS,
        description="YAML or JSON in our layout, or those of Strimzi, kafka-gitops and JulieOps; or ACLs as CSV.",
    )
    remove: bool = Field(False, description="Remove what it does not list, of the kinds that it lists all of.")


class ApplicationIn(ManifestIn):
    """A manifest to be applied."""

    rate: int | None = Field(
        None, ge=1, lt=2**62,
        description="Throttle of the job that changes replication factors, in bytes per second and broker; none if "
        "null. It is removed at the end.",
    )  # fmt: skip


class ItemOut(Schema):
    """One difference: what was done or is planned, or why not."""

    name: str
    done: bool
    problem: str
    steps: list[StepOut]
    warnings: list[str]
    commands: list[str]


class ManifestOut(Schema):
    """In what the cluster differs from the manifest, and what was done about it."""

    done: bool = Field(description="false after a dry run.")
    differs: bool = Field(description="Whether anything differs still.")
    plan: str = Field(description="Fingerprint of the planned changes.")
    items: list[ItemOut]
    left: int = Field(description=f"Differences beyond the first {MOST_AT_ONCE}: repeat the request to apply them.")
    remarks: list[str] = Field(description="What of the manifest was not read.")


@router.get(
    "/manifest",
    auth=on_cluster("topics.view"),
    response={200: None},
    openapi_extra={
        "responses": {
            200: {"description": "The file.", "content": {"application/yaml": {"schema": {"type": "object"}}}}
        }
    },
)
def export_manifest(request: ApiRequest, params: Query[ManifestSections]) -> HttpResponse:
    """Fetch topics, users, ACLs and quotas as YAML, without passwords."""
    text = exported(request, request.cluster, params.section or SECTIONS)
    return HttpResponse(text, content_type="application/yaml; charset=utf-8")


@router.post("/manifest/compare", response=ManifestOut, auth=on_cluster("topics.view"))
def compare_manifest(request: ApiRequest, body: ApplicationIn) -> dict[str, Any]:
    """Return in what the cluster differs from a manifest, whether one may change it or not."""
    manifest = manifest_of(body)
    compared = compare(request, request.cluster, manifest, remove=body.remove, rate=body.rate)
    return serialize(manifest, compared, done=False)


@router.post("/manifest", response=ManifestOut, auth=on_cluster(ACTION, change=True))
def apply_manifest(request: ApiRequest, body: ApplicationIn, params: Query[ConfirmedChangeParams]) -> dict[str, Any]:
    """Make the cluster what a manifest says. Each change needs its own permission, too.

    In production, the name of the cluster must be confirmed.
    """
    manifest = manifest_of(body)
    application = plan_application(request, request.cluster, manifest, remove=body.remove, rate=body.rate)
    if not params.dry_run and application.number:
        require_name(request.cluster, params, params.confirm, request.cluster.name)
        application = apply(request, request.cluster, application, params.plan)
        compare_soon(request.cluster)
    return serialize(manifest, application, done=not params.dry_run)


def manifest_of(body: ManifestIn) -> Manifest:
    """Return what a body's text says.

    Raises:
        Refused: it is no manifest.
    """
    try:
        return read(body.text)
    except NotAManifest as error:
        raise Refused(422, str(error), errors={"text": [str(error)]}) from error


def serialize(manifest: Manifest, application: Application, *, done: bool) -> dict[str, Any]:
    return {
        "done": done,
        "differs": application.done < len(application.items) or application.left > 0,
        "plan": application.plans.digest,
        "items": list(map(serialize_item, application.items)),
        "left": application.left,
        "remarks": list(manifest.remarks),
    }


def serialize_item(item: Item) -> dict[str, Any]:
    plan = item.change.plan if item.change else None
    return {
        "name": item.name,
        "done": item.is_done,
        "problem": item.problem,
        "steps": list(map(serialize_step, plan.steps)) if plan else [],
        "warnings": list(plan.warnings) if plan else [],
        "commands": list(plan.commands) if plan else [],
    }
