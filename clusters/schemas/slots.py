"""What pages of other areas show of schemas."""

from django.http import HttpRequest

from clusters.access import sees
from clusters.models import Subject
from clusters.schemas.queries import subjects_of_topic

MOST = 5


def topic_subjects(request: HttpRequest, topic: str) -> list[Subject]:
    """Return some of the subjects of a topic, for the head of its pages."""
    cluster = request.cluster  # type: ignore[attr-defined]
    if not cluster.has_schemaregistry or not sees(request, cluster, "schemas.view", ""):
        return []
    return list(subjects_of_topic(request, cluster, topic)[:MOST])
