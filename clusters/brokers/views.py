"""Pages about brokers."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from clusters.access import ClusterRequest, cluster_view, topics_in_sight
from clusters.brokers.change_views import editor
from clusters.brokers.columns import columns
from clusters.brokers.configs import entries_of
from clusters.brokers.forms import BrokerConfigsForm
from clusters.brokers.plan import own_source
from clusters.brokers.queries import broker_row, storage_of
from clusters.models import Broker, Cluster
from core.web import slots
from core.web.lists import list_state, ordered
from core.web.page import page, wants_part
from core.web.tables import table_of

COLUMNS = ("broker_id", "host", "rack", "leaders", "replicas", "out_of_sync", "size", "disk_free")


@cluster_view("brokers.view")
def brokers(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    state = list_state(request, columns=COLUMNS, default="broker_id")
    rows = list(ordered(Broker.objects.filter(cluster=cluster), state.sort))
    leaders = [row.leaders for row in rows if row.online]
    mirror = getattr(cluster, "mirror", None)
    table = columns(mirror.version if mirror else "", slots.fill("broker-rates", request, cluster))
    context = {
        "state": state,
        "table": table_of(request, "brokers", table),
        "rows": rows,
        "down": [row.broker_id for row in rows if not row.online],
        "even": sum(leaders) / len(leaders) if leaders else None,
    }
    return page(request, "brokers/list.html", context, "rows")


@cluster_view("brokers.view")
def detail(request: ClusterRequest, cluster: Cluster, broker: int) -> HttpResponse:
    """Show one broker: its inventory row, and its log directories and configs as the broker reports them now."""
    row = broker_row(cluster, broker)
    context = {"row": row, **(live_details(request, cluster, broker) if row.online else {})}
    return page(request, "brokers/detail.html", context, "configs")


def live_details(request: ClusterRequest, cluster: Cluster, broker: int) -> dict[str, Any]:
    """Return what a broker reports about itself now; only its configs when htmx asks for the filtered table."""
    entries = entries_of(cluster, broker)
    details = editor(request, broker, BrokerConfigsForm(entries=entries, own=own_source(broker)), entries)
    if wants_part(request):
        return details
    storage = storage_of(cluster, broker, topics_in_sight(request, cluster))
    return {**details, "dirs": storage.dirs, "replicas": storage.replicas}
