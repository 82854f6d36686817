"""Pages about brokers."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from clusters.access import cluster_view, topics_in_sight
from clusters.brokers.queries import broker_row, storage_of
from clusters.gateway import brokers as kafka
from clusters.models import Broker, Cluster
from core.web.lists import list_state, ordered
from core.web.page import page, wants_part

COLUMNS = ("broker_id", "host", "rack", "leaders", "replicas", "out_of_sync", "size", "disk_free")


@cluster_view("brokers.view")
def brokers(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    state = list_state(request, columns=COLUMNS, default="broker_id")
    rows = list(ordered(Broker.objects.filter(cluster=cluster), state.sort))
    leaders = [row.leaders for row in rows if row.online]
    context = {
        "state": state,
        "rows": rows,
        "down": [row.broker_id for row in rows if not row.online],
        "even": sum(leaders) / len(leaders) if leaders else None,
    }
    return page(request, "brokers/list.html", context, "rows")


@cluster_view("brokers.view")
def detail(request: HttpRequest, cluster: Cluster, broker: int) -> HttpResponse:
    """Show one broker: its inventory row, and its log directories and configs as the broker reports them now."""
    row = broker_row(cluster, broker)
    q = request.GET.get("q", "").strip()
    context = {"row": row, "q": q, **(live_details(request, cluster, broker, q) if row.online else {})}
    return page(request, "brokers/detail.html", context, "configs")


def live_details(request: HttpRequest, cluster: Cluster, broker: int, q: str) -> dict[str, Any]:
    """Return what a broker reports about itself now; only its configs when htmx asks for the filtered table."""
    entries = [entry for entry in kafka.configs(cluster.connection(), broker) if q.lower() in entry.name.lower()]
    entries.sort(key=lambda entry: (entry.source == "DEFAULT_CONFIG", entry.name))
    if wants_part(request):
        return {"entries": entries}
    storage = storage_of(cluster, broker, topics_in_sight(request, cluster))
    return {"entries": entries, "dirs": storage.dirs, "replicas": storage.replicas}
