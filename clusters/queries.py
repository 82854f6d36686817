"""Clusters as the page and the API list them."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest

from clusters.access import scope_of
from clusters.findings import FindingCounts
from clusters.inventory.summary import Summary, summaries
from clusters.models import Cluster
from core.web import slots


def same_kafka(cluster: Cluster, kafka_cluster_id: str) -> list[str]:
    """Return the names of other clusters here that are the same Kafka, by the id that Kafka gave itself."""
    if not kafka_cluster_id:
        return []
    others = Cluster.objects.filter(mirror__kafka_cluster_id=kafka_cluster_id).exclude(pk=cluster.pk)
    return list(others.order_by("name").values_list("name", flat=True))


def summaries_of(request: HttpRequest, clusters: Sequence[Cluster]) -> list[Summary]:
    """Return clusters with their counts, health and open findings, worst first, as far as the person's grants go."""
    counts: Mapping[int, FindingCounts] = slots.fill("finding-counts", request)
    return summaries(clusters, scope_of(request), counts)
