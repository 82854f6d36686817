"""Findings from the verdicts on lag: groups in ERR, data loss, and shards without verdicts."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, QuerySet, When
from django.utils import timezone

from clusters.findings import CRITICAL, WARNING, Finding, Former, SourceResult
from clusters.models import Cluster, Mirror
from core.web.formats import duration, plural
from lag.models import Shard, WatchedGroup
from lag.types import Status

MAX_FINDINGS = 100  # groups with a finding of their own, per rule
FIRST_ROUND = 60  # seconds that a cluster's first round may take
OVERDUE = "lag-overdue"
RULES = frozenset({"group-error", "data-lost", "more-groups", "lag-unknown", OVERDUE})


def look(cluster: Cluster, former: Former) -> SourceResult:
    """Return the findings of a cluster by the stored verdicts."""
    shards = list(Shard.objects.filter(cluster=cluster).order_by("number"))
    late = overdue(shards, timezone.now())
    if all(shard.ticked_at is None for shard in shards):
        return SourceResult(frozenset({OVERDUE}), tuple(late if is_mirrored(cluster) else ()))
    rows = WatchedGroup.objects.filter(cluster=cluster)
    wrong, losing = rows.filter(status=Status.ERR), rows.filter(lost__gt=0)
    findings = [
        _of_group("group-error", group.name, CRITICAL, how_far(group)) for group in chosen(wrong, "group-error", former)
    ]
    findings += [
        _of_group(
            "data-lost",
            group.name,
            WARNING,
            f"{plural(group.lost, 'record')} deleted by retention before being consumed",
        )
        for group in chosen(losing, "data-lost", former)
    ]
    findings += more(wrong.count() - MAX_FINDINGS, losing.count() - MAX_FINDINGS)
    findings += [
        Finding("lag-unknown", "", WARNING, error, for_seconds=60, page="groups")
        for error in [shard.error for shard in shards if shard.error][:1]
    ]
    return SourceResult(RULES, (*findings, *late))


def is_mirrored(cluster: Cluster) -> bool:
    """Tell whether the inventory reaches a cluster: where it does not, no round is begun before the first."""
    return Mirror.objects.filter(cluster=cluster, error="").exclude(looked_at=None).exists()


def overdue(shards: Iterable[Shard], now: datetime) -> list[Finding]:
    """Find shards whose round did not come back, without a word why: those with an error have another finding."""
    silent = [shard for shard in shards if not shard.error]
    late = [shard for shard in silent if shard.is_overdue(now)]
    unheard = [shard for shard in silent if shard.ticked_at is None]
    moments = [shard.ticked_at for shard in late if shard.ticked_at]
    value = f"not evaluated for {duration((now - min(moments)).total_seconds())}" if moments else "no round finished"
    names = tuple(f"shard {shard.number + 1} of {shard.count}" for shard in (*late, *unheard))
    wait = 0 if late else FIRST_ROUND
    return [Finding(OVERDUE, "", WARNING, value, names=names, for_seconds=wait, page="groups")] if names else []


def chosen(rows: QuerySet[WatchedGroup], rule: str, former: Former) -> QuerySet[WatchedGroup]:
    """Return the groups that get a finding of their own: those that already have one, then the furthest behind.

    A group that another one overtakes is no better off, so its finding must not end.
    """
    had = Case(When(name__in=[subject for kind, subject in former if kind == rule], then=0), default=1)
    return rows.order_by(had, "-total_lag", "name").only("name", "total_lag", "time_lag", "lost")[:MAX_FINDINGS]


def how_far(group: WatchedGroup) -> str:
    behind = f", time lag {duration(group.time_lag)}" if group.time_lag is not None else ""
    return f"lag {group.total_lag:,}{behind}"


def more(wrong: int, lost: int) -> list[Finding]:
    """Return a finding for the unhealthy groups that have no finding of their own."""
    parts = [f"and {plural(wrong, 'more group')} in ERR"] if wrong > 0 else []
    parts += [f"and {plural(lost, 'more group')} with data loss"] if lost > 0 else []
    if not parts:
        return []
    severity, target = (CRITICAL, "?status=ERR") if wrong > 0 else (WARNING, "")
    return [Finding("more-groups", "", severity, ", ".join(parts), page="groups", target=target)]


def _of_group(rule: str, name: str, severity: str, value: str) -> Finding:
    return Finding(rule, name, severity, value, page="group", target=name)
