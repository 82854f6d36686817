"""Sums over a cluster's rows, stored with its mirror: adding up 100,000 rows for every page would be too slow."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from clusters.models import Cluster, Group, Topic

Totals = dict[str, Any]


def topic_totals(rows: QuerySet[Topic]) -> Totals:
    """Sum up topics: ``hidden`` are internal, ``dead`` partitions have no leader, ``lagging`` are out of sync."""
    return rows.aggregate(
        count=Count("pk"),
        hidden=Count("pk", filter=Q(internal=True)),
        partition_count=Sum("partitions", default=0),
        lagging=Sum("under_replicated", default=0),
        lagging_topics=Count("pk", filter=Q(under_replicated__gt=0)),
        dead=Sum("offline", default=0),
        below=Sum("under_min_isr", default=0),
    )


def group_totals(rows: QuerySet[Group]) -> Totals:
    """Sum up groups. The lag is None if none is known; ``states`` has the number of groups in each state."""
    sums: Totals = rows.aggregate(
        count=Count("pk"),
        all_lag=Sum("lag"),
        all_unknown=Sum("unknown", default=0),
        behind=Count("pk", filter=Q(lag__gt=0)),
    )
    states = rows.order_by("state").values_list("state").annotate(Count("pk"))
    return {**sums, "states": [list(state) for state in states]}


def totals_of(cluster: Cluster) -> Totals:
    return {
        "topics": topic_totals(Topic.objects.filter(cluster=cluster)),
        "groups": group_totals(Group.objects.filter(cluster=cluster)),
    }


def stored_totals(cluster: Cluster, kind: str) -> Totals | None:
    """Return the sums of the last run over ``topics`` or ``groups``; None before the first run."""
    mirror = getattr(cluster, "mirror", None)
    return mirror.totals.get(kind) if mirror else None
