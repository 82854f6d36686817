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
from metrics.findings.views import earlier, finding_or_404
from metrics.findings.visibility import Seen, as_seen, ranked, within_grants
from metrics.models import Notice

router = Router(tags=["Findings"])
FINDINGS = "/clusters/{slug:cluster}/findings"
FINDING = "/clusters/{slug:cluster}/findings/{int:finding}"
COLUMNS = ("badness", "opened_at", "since", "resolved_at", "rule", "subject")
NOTICES = 20  # told with a finding


class FindingRow(Schema):
    """Something wrong, since when, and until when."""

    id: int
    cluster: str
    rule: str
    subject: str = Field(description="What it is about: empty for the cluster, `broker 1`, a group.")
    severity: str = Field(description="`critical`, `warning` or `info`.")
    title: str
    value: str
    threshold: str
    names: list[str] = Field(description="What is concerned, as partitions are.")
    hidden: int = Field(description="Names that the person's grants do not cover.")
    since: datetime
    opened_at: datetime
    seen_at: datetime
    resolved_at: datetime | None = Field(description="null while it lasts.")
    silenced_until: datetime | None = Field(description="null where it is not silenced now.")
    silenced_by: str
    silenced_reason: str
    link: str = Field(description="The page that shows or mends it.")


class NoticeOfFinding(Schema):
    """That a channel was told of a finding, or is to be."""

    channel: str
    event: str = Field(description="`opened`, `repeated` or `resolved`.")
    sent_at: datetime | None
    attempts: int
    error: str


class FindingOut(FindingRow):
    """A finding with what it means, likely causes, what to do, and who was told."""

    meaning: str
    causes: str
    action: str
    notices: list[NoticeOfFinding]


class FindingsAsked(Listing):
    """How findings are asked for."""

    sort: Annotated[str, SortBy(COLUMNS)] = "-badness"
    state: Literal["open", "resolved", "all"] = "open"
    severity: Literal["", "critical", "warning", "info"] = ""
    rule: Text = ""
    silenced: bool | None = Field(None, description="Only those that are silenced now, or only the others.")


def row_out(one: Seen) -> dict[str, Any]:
    """Return a finding as it is answered."""
    own = ("id", "rule", "subject", "severity", "value", "threshold", "since", "opened_at", "seen_at", "resolved_at")
    row = one.finding
    return {
        **{name: getattr(row, name) for name in own},
        "cluster": row.cluster.slug,
        "title": one.words.title,
        "names": list(one.names),
        "hidden": one.hidden,
        "silenced_until": row.silenced_until if one.silenced else None,
        "silenced_by": row.silenced_by if one.silenced else "",
        "silenced_reason": row.silenced_reason if one.silenced else "",
        "link": one.link,
    }


def listed(request: ApiRequest, rows: QuerySet[models.FindingRow], asked: FindingsAsked) -> dict[str, Any]:
    """Return a page of findings."""
    now = timezone.now()
    if asked.state != "all":
        rows = rows.filter(resolved_at__isnull=asked.state == "open")
    if asked.severity:
        rows = rows.filter(severity=asked.severity)
    if asked.rule:
        rows = rows.filter(rule=asked.rule)
    if asked.silenced is not None:
        silent = Q(silenced_until__gt=now)
        rows = rows.filter(silent) if asked.silenced else rows.exclude(silent)
    if asked.q:
        rows = rows.filter(Q(rule__icontains=asked.q) | Q(subject__icontains=asked.q) | Q(value__icontains=asked.q))
    part = paged(ranked(rows.select_related("cluster")), asked, asked.sort)
    items = [row_out(as_seen(request, row.cluster, row, now)) for row in part["items"]]
    return {**part, "items": items}


@router.get("/findings", response=Page[FindingRow], auth=anybody("findings.view"))
def list_all_findings(request: ApiRequest, asked: Query[FindingsAsked]) -> dict[str, Any]:
    """List what is wrong in all clusters whose findings the person may see, worst first."""
    mine = [one for one in visible_clusters(request) if sees(request, one, "findings.view", "")]
    return listed(request, within_grants(request, *mine), asked)


@router.get(FINDINGS, response=Page[FindingRow], auth=on_cluster("findings.view"))
def list_findings(request: ApiRequest, cluster: str, asked: Query[FindingsAsked]) -> dict[str, Any]:
    """List what is wrong in a cluster, worst first; or what was."""
    return listed(request, within_grants(request, request.cluster), asked)


@router.get(FINDING, response=FindingOut, auth=on_cluster("findings.view"))
def show_finding(request: ApiRequest, cluster: str, finding: int) -> dict[str, Any]:
    """Show one finding: what it means, likely causes, what to do, who was told."""
    row = finding_or_404(request, request.cluster, finding)
    one = as_seen(request, request.cluster, row, timezone.now())
    words = {name: getattr(one.words, name) for name in ("meaning", "causes", "action")}
    notices = row.notices.select_related("channel")[:NOTICES]
    return {**row_out(one), **words, "notices": [notice_out(notice) for notice in notices]}


def notice_out(notice: Notice) -> NoticeOfFinding:
    """Return a notice as it is answered."""
    own = {name: getattr(notice, name) for name in ("event", "sent_at", "attempts", "error")}
    return NoticeOfFinding(channel=notice.channel.name, **own)


@router.get(f"{FINDING}/history", response=Page[FindingRow], auth=on_cluster("findings.view"))
def list_finding_history(request: ApiRequest, cluster: str, finding: int, asked: Query[Pages]) -> dict[str, Any]:
    """List what was found by the same rule about the same subject at other times, newest first."""
    now, row = timezone.now(), finding_or_404(request, request.cluster, finding)
    part = paged(earlier(request, row).select_related("cluster"), asked, "-opened_at")
    return {**part, "items": [row_out(as_seen(request, request.cluster, one, now)) for one in part["items"]]}
