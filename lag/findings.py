"""What the verdicts on lag tell is wrong: groups in ERR, and records that expired unread."""

from django.db.models import Q

from clusters.findings import CRITICAL, WARNING, Judged, Looked
from clusters.models import Cluster
from kafkaadmin.web.formats import duration, plural
from lag.models import Shard, WatchedGroup
from lag.types import Status

MOST = 100  # groups that have a finding of their own
RULES = frozenset({"group-error", "data-lost", "lag-unknown"})
WORDS = {Status.STOP: "stopped", Status.STALL: "stalled", Status.REWIND: "rewound"}


def look(cluster: Cluster) -> Looked:
    """Judge a cluster by the stored verdicts."""
    if not Shard.objects.filter(cluster=cluster).exclude(ticked_at=None).exists():
        return Looked(frozenset())
    rows = WatchedGroup.objects.filter(Q(status=Status.ERR) | Q(lost__gt=0), cluster=cluster)
    found = rows.order_by("-status", "-total_lag")[:MOST].values_list("name", "status", "total_lag", "time_lag", "lost")
    judged = []
    for name, status, lag, seconds, lost in found:
        if status == Status.ERR:
            behind = f", {duration(seconds)} behind" if seconds is not None else ""
            judged.append(_of_group("group-error", name, CRITICAL, f"lag {lag:,}{behind}"))
        if lost:
            judged.append(_of_group("data-lost", name, WARNING, f"{plural(lost, 'record')} expired unread"))
    judged += [
        Judged("lag-unknown", "", WARNING, error, hold=60, page="lag")
        for error in Shard.objects.filter(cluster=cluster).exclude(error="").values_list("error", flat=True)[:1]
    ]
    return Looked(RULES, tuple(judged))


def _of_group(rule: str, name: str, severity: str, value: str) -> Judged:
    return Judged(rule, name, severity, value, page="group", target=name)
