"""The page of one connector, from its workers."""

from django.http import HttpRequest, HttpResponse

from clusters.access import cluster_view
from clusters.connect import queries
from clusters.connect.state import connector_state
from clusters.models import Cluster
from core.web.page import page


@cluster_view("connect.view")
def detail(request: HttpRequest, cluster: Cluster, connect: str, connector: str) -> HttpResponse:
    """Show a connector: its tasks, topics, consumer group, configuration and offsets."""
    row = queries.connect_of(cluster, connect)
    state = connector_state(row, queries.client_of(row), connector)
    topics = queries.topics_in_sight(request, cluster, state.topics)
    context = {
        "connect": row,
        "connector": connector,
        "state": state,
        "topics": sorted(topics.items()),
        "hidden_topics": len(state.topics) - len(topics),
        "restarts": queries.scheduled_restarts(row, connector),
        "group": queries.group_lags(request, cluster, [state.group]).get(state.group) if state.group else None,
    }
    return page(request, "connect/detail.html", context, "live")
