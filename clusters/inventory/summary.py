"""Counting the inventory, for all clusters of a page in three queries."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from clusters.access import Scope
from clusters.findings import FindingCounts
from clusters.inventory.health import CRITICAL, OK, UNKNOWN, WARNING, Counts, Health, health
from clusters.inventory.totals import Totals, group_totals, stored_totals, topic_totals
from clusters.models import Broker, Cluster, Group, Topic

RANK = (CRITICAL, WARNING, UNKNOWN, OK)


@dataclass(frozen=True)
class Summary:
    """A cluster with its health and its open findings; None where no finding is beyond information."""

    cluster: Cluster
    counts: Counts
    health: Health
    findings: FindingCounts | None

    @property
    def worse_findings(self) -> FindingCounts | None:
        """The findings, where they are worse than what the inventory says; they explain no outage."""
        is_known = self.health.level in {OK, WARNING}
        is_worse = self.findings and RANK.index(self.findings.level) < RANK.index(self.health.level)
        return self.findings if is_known and is_worse else None

    @property
    def level(self) -> str:
        return self.worse_findings.level if self.worse_findings else self.health.level

    @property
    def word(self) -> str:
        """The level as a word, or the findings where these are what is wrong."""
        return self.worse_findings.text if self.worse_findings else self.health.word

    @property
    def sentence(self) -> str:
        """Why the level is what it is, then what holds besides."""
        first = self.worse_findings.sentence if self.worse_findings else ""
        return f"{first} {self.health.sentence}".strip()

    @property
    def aside(self) -> str:
        """The findings, where the word does not name them."""
        return self.findings.text if self.findings and not self.worse_findings else ""

    @property
    def rank(self) -> int:
        levels = [self.health.level, *([self.findings.level] if self.findings else [])]
        return min(RANK.index(level) for level in levels)


def counts_of(clusters: Iterable[Cluster], scope: Scope) -> dict[int, Counts]:
    """Count brokers, topics and groups by cluster; only topics and groups that the scope covers."""
    clusters = list(clusters)
    online: Counter[int] = Counter()
    offline: dict[int, list[int]] = {}
    brokers = Broker.objects.filter(cluster__in=[cluster.pk for cluster in clusters])
    for pk, broker, is_online in brokers.values_list("cluster", "broker_id", "online"):
        if is_online:
            online[pk] += 1
        else:
            offline.setdefault(pk, []).append(broker)
    return {cluster.pk: counts(cluster, scope, online[cluster.pk], offline.get(cluster.pk, [])) for cluster in clusters}


def counts(cluster: Cluster, scope: Scope, online: int, offline: list[int]) -> Counts:
    """Combine a cluster's stored totals, or the sums over the part that the scope covers."""
    topics = sums(cluster, "topics", scope(cluster, "topics.view"))
    groups = sums(cluster, "groups", scope(cluster, "groups.view"))
    return Counts(
        brokers=online,
        brokers_offline=tuple(sorted(offline)),
        topics=topics["count"],
        partitions=topics["partition_count"],
        offline=topics["dead"],
        under_replicated=topics["lagging"],
        under_min_isr=topics["below"],
        groups=groups["count"],
        lag=groups["all_lag"],
        unknown_lag=groups["all_unknown"],
    )


def sums(cluster: Cluster, kind: str, condition: Q) -> Totals:
    """Return the sums over the topics or groups that a condition covers; no condition means all."""
    stored = None if condition else stored_totals(cluster, kind)
    if stored:
        return stored
    if kind == "topics":
        return topic_totals(Topic.objects.filter(condition, cluster=cluster))
    return group_totals(Group.objects.filter(condition, cluster=cluster))


def summaries(
    clusters: Iterable[Cluster], scope: Scope, findings_by_cluster: Mapping[int, FindingCounts]
) -> list[Summary]:
    """Return the clusters with their counts, health and findings, worst first."""
    clusters = list(clusters)
    counts_by_cluster = counts_of(clusters, scope)
    rows = []
    for cluster in clusters:
        mirror = getattr(cluster, "mirror", None)
        ever_seen = bool(mirror and mirror.current_as_of)
        verdict = health(counts_by_cluster[cluster.pk], mirror.error if mirror else "", ever_seen=ever_seen)
        if mirror and mirror.replaced:
            verdict = Health(CRITICAL, mirror.error)
        rows.append(Summary(cluster, counts_by_cluster[cluster.pk], verdict, findings_by_cluster.get(cluster.pk)))
    return sorted(rows, key=lambda row: (row.rank, RANK.index(row.health.level), row.cluster.name))
