"""Findings: what is wrong, in one cluster and in all, and what was."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from api.kit.access import ApiRequest, anybody, on_cluster
from api.kit.paging import paged
from api.kit.types import Listing, Page, Pages, SortBy, Text
from clusters.access import sees, visible_clusters
from metrics import models
from metrics.findings.queries import earlier, finding_or_404
from metrics.findings.seen import COUNTING, Seen, as_seen
from metrics.findings.visibility import ranked, within_grants
from metrics.models import Notice

router = Router(tags=["Alerts"])
cluster_router = Router(tags=["Alerts"])  # mounted at the cluster's path
FINDINGS = "/findings"
FINDING = "/findings/{int:finding}"
COLUMNS = ("badness", "opened_at", "since", "resolved_at", "rule", "subject")
NOTICES = 20  # shown with a finding


class FindingRow(Schema):
    """An alert, when it started, and when it ended."""

    id: int
    cluster: str
    rule: str
    subject: str = Field(description="Resource: empty for the cluster, `broker 1`, or a group.")
    severity: str = Field(description="`critical`, `warning` or `info`.")
    title: str
    value: str = Field(description="What was measured; counts nothing that the user's roles do not cover.")
    threshold: str
    names: list[str] = Field(description="Affected parts, e.g. partitions.")
    hidden: bool = Field(description="Whether parts are affected that the user's roles do not cover.")
    since: datetime
    opened_at: datetime
    seen_at: datetime
    resolved_at: datetime | None = Field(description="null while it is open.")
    silenced_until: datetime | None = Field(description="null if it is not muted.")
    silenced_by: str
    silenced_reason: str
    link: str = Field(description="The page that shows or fixes it.")


class NoticeOfFinding(Schema):
    """A notification of the alert to a channel, sent or pending."""

    channel: str
    event: str = Field(description="`opened`, `repeated` or `resolved`.")
    sent_at: datetime | None
    attempts: int
    error: str


class FindingOut(FindingRow):
    """An alert with its meaning, likely causes, what to do, and its notifications."""

    meaning: str
    causes: str
    action: str
    notices: list[NoticeOfFinding]


class FindingsParams(Listing):
    """Query parameters of the list of findings."""

    sort: Annotated[str, SortBy(COLUMNS)] = "-badness"
    state: Literal["open", "resolved", "all"] = "open"
    severity: Literal["", "critical", "warning", "info"] = ""
    rule: Text = ""
    silenced: bool | None = Field(None, description="Only muted alerts, or only the others.")


def row_out(visible: Seen) -> dict[str, Any]:
    own = ("id", "rule", "subject", "severity", "threshold", "since", "opened_at", "seen_at", "resolved_at")
    row = visible.finding
    return {
        **{name: getattr(row, name) for name in own},
        "cluster": row.cluster.slug,
        "title": visible.words.title,
        "value": visible.value,
        "names": list(visible.names),
        "hidden": visible.hidden,
        "silenced_until": row.silenced_until if visible.silenced else None,
        "silenced_by": row.silenced_by if visible.silenced else "",
        "silenced_reason": row.silenced_reason if visible.silenced else "",
        "link": visible.link,
    }


def listed(request: ApiRequest, rows: QuerySet[models.FindingRow], params: FindingsParams) -> dict[str, Any]:
    now = timezone.now()
    if params.state != "all":
        rows = rows.filter(resolved_at__isnull=params.state == "open")
    if params.severity:
        rows = rows.filter(severity=params.severity)
    if params.rule:
        rows = rows.filter(rule=params.rule)
    if params.silenced is not None:
        silent = Q(silenced_until__gt=now)
        rows = rows.filter(silent) if params.silenced else rows.exclude(silent)
    if params.q:
        in_value = Q(value__icontains=params.q) & ~Q(rule__in=COUNTING)  # whose values may count what is hidden
        rows = rows.filter(Q(rule__icontains=params.q) | Q(subject__icontains=params.q) | in_value)
    part = paged(ranked(rows.select_related("cluster")), params, params.sort)
    items = [row_out(as_seen(request, row.cluster, row, now)) for row in part["items"]]
    return {**part, "items": items}


@router.get(FINDINGS, response=Page[FindingRow], auth=anybody("findings.view"))
def list_all_findings(request: ApiRequest, params: Query[FindingsParams]) -> dict[str, Any]:
    """List open alerts of all clusters that the user has access to, worst first."""
    clusters = [cluster for cluster in visible_clusters(request) if sees(request, cluster, "findings.view", "")]
    return listed(request, within_grants(request, *clusters), params)


@cluster_router.get(FINDINGS, response=Page[FindingRow], auth=on_cluster("findings.view"))
def list_findings(request: ApiRequest, params: Query[FindingsParams]) -> dict[str, Any]:
    """List open alerts of a cluster, worst first; or resolved ones."""
    return listed(request, within_grants(request, request.cluster), params)


@cluster_router.get(FINDING, response=FindingOut, auth=on_cluster("findings.view"))
def show_finding(request: ApiRequest, finding: int) -> dict[str, Any]:
    """Show one alert: its meaning, likely causes, what to do, and its notifications."""
    row = finding_or_404(request, request.cluster, finding)
    visible = as_seen(request, request.cluster, row, timezone.now())
    words = {name: getattr(visible.words, name) for name in ("meaning", "causes", "action")}
    notices = row.notices.select_related("channel")[:NOTICES]
    return {**row_out(visible), **words, "notices": [notice_out(notice) for notice in notices]}


def notice_out(notice: Notice) -> NoticeOfFinding:
    own = {name: getattr(notice, name) for name in ("event", "sent_at", "attempts", "error")}
    return NoticeOfFinding(channel=notice.channel.name, **own)


@cluster_router.get(f"{FINDING}/history", response=Page[FindingRow], auth=on_cluster("findings.view"))
def list_finding_history(request: ApiRequest, finding: int, params: Query[Pages]) -> dict[str, Any]:
    """List earlier and later alerts of the same rule and resource, newest first."""
    now, row = timezone.now(), finding_or_404(request, request.cluster, finding)
    part = paged(earlier(request, row).select_related("cluster"), params, "-opened_at")
    return {**part, "items": [row_out(as_seen(request, request.cluster, other, now)) for other in part["items"]]}
