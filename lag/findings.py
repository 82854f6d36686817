"""Findings from the verdicts on lag: groups in ERR, and records that expired unread."""

from django.db.models import Case, QuerySet, When

from clusters.findings import CRITICAL, WARNING, Finding, Former, SourceResult
from clusters.models import Cluster
from core.web.formats import duration, plural
from lag.models import Shard, WatchedGroup
from lag.types import Status

MAX_FINDINGS = 100  # groups with a finding of their own, per rule
RULES = frozenset({"group-error", "data-lost", "more-groups", "lag-unknown"})


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Return the findings of a cluster by the stored verdicts."""
    if not Shard.objects.filter(cluster=cluster).exclude(ticked_at=None).exists():
        return SourceResult(frozenset())
    rows = WatchedGroup.objects.filter(cluster=cluster)
    wrong, losing = rows.filter(status=Status.ERR), rows.filter(lost__gt=0)
    findings = [
        _of_group("group-error", group.name, CRITICAL, how_far(group)) for group in chosen(wrong, "group-error", former)
    ]
    findings += [
        _of_group("data-lost", group.name, WARNING, f"{plural(group.lost, 'record')} expired unread")
        for group in chosen(losing, "data-lost", former)
    ]
    findings += more(wrong.count() - MAX_FINDINGS, losing.count() - MAX_FINDINGS)
    findings += [
        Finding("lag-unknown", "", WARNING, error, for_seconds=60, page="groups")
        for error in Shard.objects.filter(cluster=cluster).exclude(error="").values_list("error", flat=True)[:1]
    ]
    return SourceResult(RULES, tuple(findings))


def chosen(rows: QuerySet[WatchedGroup], rule: str, former: Former) -> QuerySet[WatchedGroup]:
    """Return the groups that get a finding of their own: those that already have one, then the furthest behind.

    A group that another one overtakes is no better off, so its finding must not end.
    """
    had = Case(When(name__in=[subject for kind, subject in former if kind == rule], then=0), default=1)
    return rows.order_by(had, "-total_lag", "name").only("name", "total_lag", "time_lag", "lost")[:MAX_FINDINGS]


def how_far(group: WatchedGroup) -> str:
    behind = f", {duration(group.time_lag)} behind" if group.time_lag is not None else ""
    return f"lag {group.total_lag:,}{behind}"


def more(wrong: int, lost: int) -> list[Finding]:
    """Return a finding for the groups in trouble that have no finding of their own."""
    parts = [f"and {plural(wrong, 'more group')} in ERR"] if wrong > 0 else []
    parts += [f"and {plural(lost, 'more group')} with records that expired unread"] if lost > 0 else []
    if not parts:
        return []
    severity, target = (CRITICAL, "?status=ERR") if wrong > 0 else (WARNING, "")
    return [Finding("more-groups", "", severity, ", ".join(parts), page="groups", target=target)]


def _of_group(rule: str, name: str, severity: str, value: str) -> Finding:
    return Finding(rule, name, severity, value, page="group", target=name)
