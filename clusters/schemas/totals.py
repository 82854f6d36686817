"""Sums over subjects, which are stored so that the list need not count them."""

from django.db.models import Count, Q, QuerySet

from clusters.models import Cluster, RegistryMirror, Subject


def totals_of(rows: QuerySet[Subject]) -> dict[str, int]:
    """Return how many subjects are not deleted, and how many of these were never read."""
    return dict(rows.filter(deleted=False).aggregate(count=Count("pk"), unread=Count("pk", filter=Q(read_at=None))))


def store_totals(cluster: Cluster) -> None:
    totals = totals_of(Subject.objects.filter(cluster=cluster))
    RegistryMirror.objects.filter(cluster=cluster).update(totals=totals)
