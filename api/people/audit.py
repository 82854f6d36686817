"""The audit log: who did what, and how it ended."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from ninja import Field, Query, Router, Schema

from accounts.audit.queries import COLUMNS, FILTERS, filtered
from accounts.models import AuditEntry
from api.kit.access import ApiRequest, everywhere, on_cluster
from api.kit.paging import paged
from api.kit.types import Listing, Page, SortBy, Text
from clusters.access import within

router = Router(tags=["Audit log"])
cluster_router = Router(tags=["Audit log"])  # mounted at the cluster's path


class AuditStep(Schema):
    """One planned change."""

    subject: str
    before: str | None = None
    after: str | None = None


class AuditOut(Schema):
    """Who did what to which resource, and how it ended."""

    at: datetime
    username: str
    address: str
    action: str
    cluster: str
    resource: str
    outcome: str
    detail: str
    steps: list[AuditStep]
    duration_ms: int


class AuditParams(Listing):
    """Query parameters of the log."""

    sort: Annotated[str, SortBy(COLUMNS)] = "-at"
    outcome: Literal["", "done", "failed", "refused", "requested"] = ""
    action: Text = Field("", description="All by default, but records that were read: `messages.view`.")
    username: Text = ""


def listed(params: AuditParams, rows: QuerySet[AuditEntry]) -> dict[str, Any]:
    filters = {name: getattr(params, name) for name in FILTERS}
    return paged(filtered(rows, params.q, filters), params, params.sort)


@router.get("/audit", response=Page[AuditOut], auth=everywhere("audit.view"))
def list_audit(request: ApiRequest, params: Query[AuditParams]) -> dict[str, Any]:
    """List all changes and refusals in all clusters."""
    return listed(params, AuditEntry.objects.all())


@cluster_router.get("/audit", response=Page[AuditOut], auth=on_cluster("audit.view"))
def list_cluster_audit(request: ApiRequest, params: Query[AuditParams]) -> dict[str, Any]:
    """List changes and refusals in a cluster, on the resources that the user's roles cover."""
    entries = AuditEntry.objects.filter(cluster=request.cluster.slug)
    return listed(params, within(request, request.cluster, "audit.view", entries, "resource"))
