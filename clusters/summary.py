"""Counting the inventory, for all clusters of a page in three queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Sum

from clusters.health import Counts, Health, health
from clusters.models import Broker, Cluster, Group, Topic


@dataclass(frozen=True)
class Summary:
    """A cluster with its counts and its health."""

    cluster: Cluster
    counts: Counts
    health: Health


def counts_of(clusters: Iterable[Cluster]) -> dict[int, Counts]:
    """Count brokers, topics and groups by cluster."""
    ids = [cluster.pk for cluster in clusters]
    offline: dict[int, list[int]] = {}
    for cluster, broker in Broker.objects.filter(cluster__in=ids, online=False).values_list("cluster", "broker_id"):
        offline.setdefault(cluster, []).append(broker)
    alive = Broker.objects.filter(cluster__in=ids, online=True).values_list("cluster")
    online = dict(alive.annotate(count=Count("pk")))
    topics = {
        row["cluster"]: row
        for row in Topic.objects.filter(cluster__in=ids)
        .values("cluster")
        .annotate(
            count=Count("pk"),
            all_partitions=Sum("partitions"),
            all_offline=Sum("offline"),
            lagging=Sum("under_replicated"),
            below=Sum("under_min_isr"),
        )
    }
    groups = {
        row["cluster"]: row
        for row in Group.objects.filter(cluster__in=ids)
        .values("cluster")
        .annotate(count=Count("pk"), all_lag=Sum("lag"), all_unknown=Sum("unknown"))
    }
    return {
        pk: Counts(
            brokers=online.get(pk, 0),
            brokers_offline=tuple(sorted(offline.get(pk, ()))),
            topics=topics.get(pk, {}).get("count", 0),
            partitions=topics.get(pk, {}).get("all_partitions") or 0,
            offline=topics.get(pk, {}).get("all_offline") or 0,
            under_replicated=topics.get(pk, {}).get("lagging") or 0,
            under_min_isr=topics.get(pk, {}).get("below") or 0,
            groups=groups.get(pk, {}).get("count", 0),
            lag=groups.get(pk, {}).get("all_lag"),
            unknown_lag=groups.get(pk, {}).get("all_unknown") or 0,
        )
        for pk in ids
    }


def summaries(clusters: Iterable[Cluster]) -> list[Summary]:
    """Return the clusters with their counts and health, worst first."""
    rank = {"critical": 0, "warning": 1, "unknown": 2, "ok": 3}
    clusters = list(clusters)
    counts = counts_of(clusters)
    rows = []
    for cluster in clusters:
        mirror = getattr(cluster, "mirror", None)
        seen = bool(mirror and mirror.current_as_of)
        verdict = health(counts[cluster.pk], mirror.error if mirror else "", seen=seen)
        rows.append(Summary(cluster, counts[cluster.pk], verdict))
    return sorted(rows, key=lambda row: (rank[row.health.level], row.cluster.name))
