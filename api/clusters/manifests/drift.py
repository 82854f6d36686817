"""Drift: the manifest that is kept for a cluster, and in what the cluster differs from it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from api.clusters.manifests.files import ManifestIn, manifest_of
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ChangeParams, change_own_records
from clusters.gateway.errors import NotFound
from clusters.manifests.drift import changes
from clusters.manifests.drift.queries import NONE, drift_of, manifest_row
from clusters.manifests.drift.refresh import compare_now

router = Router(tags=["Manifests"])


class DriftEntryOut(Schema):
    """One difference between the cluster and its manifest."""

    section: str = Field(description="`topics`, `users`, `acls` or `quotas`.")
    name: str
    what: str
    expected: str | None = Field(description="What the manifest says; null where it lists nothing.")
    present: str | None = Field(description="What the cluster has; null where it has nothing.")
    reason: str = Field(description="Why applying the manifest does not end it; empty where it does.")
    since: datetime


class DriftOut(Schema):
    """The last comparison, as far as one may see what it is about."""

    manifest: str = Field(description="What the manifest lists, and its fingerprint.")
    remove: bool = Field(description="Whether what it does not list is a difference too.")
    kept_at: datetime
    kept_by: str
    compared_at: datetime | None
    differences: int | None = Field(description="null before the first comparison.")
    entries: list[DriftEntryOut]
    left: int = Field(description="Differences beyond the first 500.")
    error: str = Field(description="Why the last comparison was not possible; `entries` are from before.")
    not_compared: dict[str, str] = Field(description="Sections that could not be compared, with the reason.")


class ComparedOut(Schema):
    """Whether the requested comparison has finished."""

    done: bool


@router.get("/drift", response=DriftOut, auth=on_cluster("topics.view"))
def get_drift(request: ApiRequest) -> dict[str, Any]:
    """Return in what the cluster differs from the manifest that is kept for it."""
    drift = drift_of(request, request.cluster)
    if drift is None:
        raise NotFound(NONE)
    row = drift.row
    return {
        "manifest": row.summary,
        "remove": row.remove,
        "kept_at": row.kept_at,
        "kept_by": row.kept_by,
        "compared_at": row.compared_at,
        "differences": drift.number,
        "entries": [{**vars(entry), "since": since} for entry, since in drift.rows],
        "left": drift.left,
        "error": row.error,
        "not_compared": dict(row.unread),
    }


@router.post("/drift/compare", response=ComparedOut, auth=on_cluster("clusters.refresh"))
def compare_drift(request: ApiRequest) -> dict[str, Any]:
    """Compare the cluster with its manifest now."""
    return {"done": compare_now(request.cluster)}


@router.get(
    "/drift/manifest",
    auth=on_cluster(changes.ACTION),
    response={200: None},
    openapi_extra={
        "responses": {200: {"description": "The file.", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    },
)
def get_kept_manifest(request: ApiRequest) -> HttpResponse:
    """Fetch the manifest that is kept for the cluster."""
    return HttpResponse(manifest_row(request, request.cluster).text, content_type="text/plain; charset=utf-8")


@router.put("/drift/manifest", response=CHANGED, auth=on_cluster(changes.ACTION))
def keep_manifest(request: ApiRequest, body: ManifestIn, params: Query[ChangeParams]) -> Status[Any]:
    """Keep a manifest for the cluster, which is compared with it from now on."""
    manifest, cluster = manifest_of(body), request.cluster
    plan = changes.plan_keeping(cluster, body.text, manifest, remove=body.remove)

    def apply() -> None:
        if plan.steps:
            changes.keep(request, cluster, plan, body.text, manifest, remove=body.remove)

    return change_own_records(params, plan, apply)


@router.delete("/drift/manifest", response=CHANGED, auth=on_cluster(changes.ACTION))
def forget_manifest(request: ApiRequest, params: Query[ChangeParams]) -> Status[Any]:
    """Keep no manifest any more; the cluster stays as it is."""
    row = manifest_row(request, request.cluster)
    plan = changes.plan_forgetting(row)
    return change_own_records(params, plan, lambda: changes.forget(request, row, plan))
