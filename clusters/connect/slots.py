"""What pages of other areas show of connectors."""

from django.http import HttpRequest

from clusters.connect import queries
from clusters.models import Connector

MOST = 5


def topic_connectors(request: HttpRequest, topic: str) -> list[Connector]:
    """Return some of the connectors that use a topic, for the head of its pages."""
    cluster = request.cluster  # type: ignore[attr-defined]
    return list(queries.connectors_of_topic(request, cluster, topic)[:MOST]) if cluster.has_connectcluster else []


def group_connectors(request: HttpRequest, group: str) -> list[Connector]:
    """Return the sinks that consume as a group."""
    cluster = request.cluster  # type: ignore[attr-defined]
    return list(queries.connectors_of_group(request, cluster, group)[:MOST]) if cluster.has_connectcluster else []
