"""Sums over subjects, which are stored so that the list need not count them."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from clusters.models import SchemaRegistry, Subject

MOST_CONTEXTS = 100  # to choose from


def totals_of(rows: QuerySet[Subject]) -> dict[str, Any]:
    """Return how many subjects are not deleted, how many of these were never read, and the contexts that there are."""
    contexts = rows.exclude(context="").order_by("context").values_list("context", flat=True).distinct()
    counts = rows.filter(deleted=False).aggregate(count=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    return {**counts, "contexts": list(contexts[:MOST_CONTEXTS])}


def store_totals(row: SchemaRegistry) -> None:
    totals = totals_of(Subject.objects.filter(registry=row))
    SchemaRegistry.objects.filter(pk=row.pk).update(totals=totals)
