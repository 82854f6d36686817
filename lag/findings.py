"""What the verdicts on lag tell is wrong: groups in ERR, and records that expired unread."""

from django.db.models import Case, QuerySet, When

from clusters.findings import CRITICAL, WARNING, Judged, Looked
from clusters.models import Cluster
from core.web.formats import duration, plural
from lag.models import Shard, WatchedGroup
from lag.types import Status

MOST = 100  # groups that have a finding of their own, by rule
RULES = frozenset({"group-error", "data-lost", "more-groups", "lag-unknown"})


def look(cluster: Cluster) -> Looked:
    """Judge a cluster by the stored verdicts."""
    if not Shard.objects.filter(cluster=cluster).exclude(ticked_at=None).exists():
        return Looked(frozenset())
    rows = WatchedGroup.objects.filter(cluster=cluster)
    wrong, lost = rows.filter(status=Status.ERR), rows.filter(lost__gt=0)
    judged = [
        _of_group("group-error", one.name, CRITICAL, how_far(one)) for one in chosen(cluster, "group-error", wrong)
    ]
    judged += [
        _of_group("data-lost", one.name, WARNING, f"{plural(one.lost, 'record')} expired unread")
        for one in chosen(cluster, "data-lost", lost)
    ]
    judged += more(wrong.count() - MOST, lost.count() - MOST)
    judged += [
        Judged("lag-unknown", "", WARNING, error, hold=60, page="lag")
        for error in Shard.objects.filter(cluster=cluster).exclude(error="").values_list("error", flat=True)[:1]
    ]
    return Looked(RULES, tuple(judged))


def chosen(cluster: Cluster, rule: str, rows: QuerySet[WatchedGroup]) -> QuerySet[WatchedGroup]:
    """Return the groups that have a finding of their own: those that had one before, then the furthest behind.

    A group that another one overtakes is no better for it: its finding must not end.
    """
    before = cluster.findings.filter(rule=rule, resolved_at=None).values("subject")
    had = Case(When(name__in=before, then=0), default=1)
    return rows.order_by(had, "-total_lag", "name").only("name", "total_lag", "time_lag", "lost")[:MOST]


def how_far(group: WatchedGroup) -> str:
    """Return how far behind a group is."""
    behind = f", {duration(group.time_lag)} behind" if group.time_lag is not None else ""
    return f"lag {group.total_lag:,}{behind}"


def more(wrong: int, lost: int) -> list[Judged]:
    """Find that more groups are in trouble than have a finding of their own."""
    parts = [f"and {plural(wrong, 'more group')} in ERR"] if wrong > 0 else []
    parts += [f"and {plural(lost, 'more group')} with records that expired unread"] if lost > 0 else []
    if not parts:
        return []
    severity, target = (CRITICAL, "?status=ERR") if wrong > 0 else (WARNING, "")
    return [Judged("more-groups", "", severity, ", ".join(parts), page="lag", target=target)]


def _of_group(rule: str, name: str, severity: str, value: str) -> Judged:
    return Judged(rule, name, severity, value, page="group", target=name)
