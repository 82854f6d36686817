"""Requests that wait, as alerts: so that channels notify whoever may decide. What is asked for is not said there."""

from django.utils import timezone

from clusters.findings import INFO, Finding, Former, SourceResult
from clusters.models import ApprovalRequest, Cluster

WAITS = "approval-waits"
MOST = 50


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Return an alert for each request that waits."""
    waiting = ApprovalRequest.objects.filter(
        cluster=cluster, state=ApprovalRequest.WAITING, expires_at__gt=timezone.now()
    ).only("pk", "expires_at")
    findings = (
        Finding(
            WAITS, f"request {row.pk}", INFO, f"until {row.expires_at:%Y-%m-%d %H:%M} UTC", page="approval",
            target=str(row.pk),
        )
        for row in waiting.order_by("pk")[:MOST]
    )  # fmt: skip
    return SourceResult(frozenset({WAITS}), tuple(findings))
