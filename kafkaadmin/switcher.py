"""The clusters in the sidebar's menu, and how each is: as much as one query of their alerts and their mirrors say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clusters.findings import CRITICAL, FindingCounts
from clusters.models import Cluster

OK = "ok"


@dataclass(frozen=True)
class ClusterLink:
    """A cluster, where its entry leads, and its status: a level, and a few words."""

    cluster: Cluster
    url: str
    level: str
    words: str


def cluster_links(
    clusters: Sequence[Cluster], alerts: Mapping[int, FindingCounts], url_of: Callable[[Cluster], str]
) -> list[ClusterLink]:
    return [ClusterLink(cluster, url_of(cluster), *status_of(cluster, alerts.get(cluster.pk))) for cluster in clusters]


def status_of(cluster: Cluster, counts: FindingCounts | None) -> tuple[str, str]:
    """Return a level and what it means."""
    mirror = getattr(cluster, "mirror", None)
    if mirror and mirror.error:
        return CRITICAL, "unreachable"
    if counts:
        return counts.level, counts.text
    return (OK, "no alerts") if mirror and mirror.current_as_of else ("unknown", "not read yet")
