"""Requests as the page and the API list them: those that a person asked for, or may decide."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from clusters.approvals.access import is_visible, visible_requests
from clusters.models import ApprovalRequest, Cluster

COLUMNS = ("created_at", "expires_at", "action", "resource", "username", "state", "decided_by", "decided_at")
EXPORTED = ("id", *COLUMNS, "reason", "decision")


def listed(request: HttpRequest, cluster: Cluster, q: str = "", state: str = "") -> QuerySet[ApprovalRequest]:
    """Return what a person may see; there are some hundreds at most."""
    conditions = {"state": state} if state else {}
    visible = visible_requests(request, cluster, **conditions)
    rows = ApprovalRequest.objects.filter(pk__in=[row.pk for row in visible]).defer("secrets")
    searched = ("resource", "action", "username", "reason")
    return rows.filter(Q(*((f"{name}__icontains", q) for name in searched), _connector=Q.OR)) if q else rows


def request_numbered(request: HttpRequest, cluster: Cluster, pk: int) -> ApprovalRequest | None:
    """Return a request that a person may see; None if there is none."""
    if pk >= 2**63:
        return None
    row = ApprovalRequest.objects.select_related("cluster").filter(cluster=cluster, pk=pk).first()
    return row if row is not None and is_visible(request, row) else None
