"""Counting the inventory, for all clusters of a page in three queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from clusters.access import Scope
from clusters.health import Counts, Health, health
from clusters.models import Broker, Cluster, Group, Topic


@dataclass(frozen=True)
class Summary:
    """A cluster with its counts and its health."""

    cluster: Cluster
    counts: Counts
    health: Health


def counts_of(clusters: Iterable[Cluster], scope: Scope) -> dict[int, Counts]:
    """Count brokers, topics and groups by cluster; of topics and groups those that the scope covers."""
    clusters = list(clusters)
    ids = [cluster.pk for cluster in clusters]
    offline: dict[int, list[int]] = {}
    for cluster, broker in Broker.objects.filter(cluster__in=ids, online=False).values_list("cluster", "broker_id"):
        offline.setdefault(cluster, []).append(broker)
    alive = Broker.objects.filter(cluster__in=ids, online=True).values("cluster")
    online = {row["cluster"]: row["number"] for row in alive.annotate(number=Count("pk"))}
    topics, groups = (
        topic_sums(scoped(clusters, "topics.view", scope)),
        group_sums(scoped(clusters, "groups.view", scope)),
    )
    return {
        pk: Counts(
            brokers=online.get(pk, 0),
            brokers_offline=tuple(sorted(offline.get(pk, ()))),
            **topics.get(pk, {}),
            **groups.get(pk, {}),
        )
        for pk in ids
    }


def scoped(clusters: Iterable[Cluster], action: str, scope: Scope) -> Q:
    """Return the condition for rows of the clusters that the scope covers; whole clusters are named at once."""
    condition, whole = Q(pk__in=[]), []
    for cluster in clusters:
        mine = scope(cluster, action)
        if mine:
            condition |= Q(cluster=cluster) & mine
        else:
            whole.append(cluster.pk)
    return condition | Q(cluster__in=whole)


def topic_sums(mine: Q) -> dict[int, dict[str, int]]:
    """Sum the topics' rows by cluster, under the names that ``Counts`` has for them."""
    sums = (
        Topic.objects.filter(mine)
        .values("cluster")
        .annotate(
            number=Count("pk"),
            all_partitions=Sum("partitions", default=0),
            all_offline=Sum("offline", default=0),
            lagging=Sum("under_replicated", default=0),
            below=Sum("under_min_isr", default=0),
        )
    )
    return {
        row["cluster"]: {
            "topics": row["number"],
            "partitions": row["all_partitions"],
            "offline": row["all_offline"],
            "under_replicated": row["lagging"],
            "under_min_isr": row["below"],
        }
        for row in sums
    }


def group_sums(mine: Q) -> dict[int, dict[str, Any]]:
    """Sum the groups' rows by cluster; a cluster none of whose groups has a known lag has none."""
    rows = Group.objects.filter(mine).values("cluster")
    sums = rows.annotate(number=Count("pk"), all_lag=Sum("lag"), all_unknown=Sum("unknown", default=0))
    return {
        row["cluster"]: {"groups": row["number"], "lag": row["all_lag"], "unknown_lag": row["all_unknown"]}
        for row in sums
    }


def summaries(clusters: Iterable[Cluster], scope: Scope) -> list[Summary]:
    """Return the clusters with their counts and health, worst first."""
    rank = {"critical": 0, "warning": 1, "unknown": 2, "ok": 3}
    clusters = list(clusters)
    counts = counts_of(clusters, scope)
    rows = []
    for cluster in clusters:
        mirror = getattr(cluster, "mirror", None)
        seen = bool(mirror and mirror.current_as_of)
        verdict = health(counts[cluster.pk], mirror.error if mirror else "", seen=seen)
        rows.append(Summary(cluster, counts[cluster.pk], verdict))
    return sorted(rows, key=lambda row: (rank[row.health.level], row.cluster.name))
