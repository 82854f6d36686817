"""Pages about brokers."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from clusters.access import cluster_view, sees
from clusters.brokers.replicas import largest
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
    row = Broker.objects.filter(cluster=cluster, broker_id=broker).first()
    if row is None:
        raise Http404(f"There is no broker {broker} in {cluster}.")
    q = request.GET.get("q", "").strip()
    context = {"row": row, "q": q, **(live_details(request, cluster, broker, q) if row.online else {})}
    return page(request, "brokers/detail.html", context, "configs")


def live_details(request: HttpRequest, cluster: Cluster, broker: int, q: str) -> dict[str, Any]:
    """Return what a broker reports about itself now; only its configs when htmx asks for the filtered table."""
    connection = cluster.connection()
    entries = [entry for entry in kafka.configs(connection, broker) if q.lower() in entry.name.lower()]
    entries.sort(key=lambda entry: (entry.source == "DEFAULT_CONFIG", entry.name))
    if wants_part(request):
        return {"entries": entries}
    dirs = kafka.log_dirs(connection, [broker]).items
    sizes = {key: size for log_dirs in dirs for key, size in log_dirs.sizes.items()}
    replicas = largest(connection, broker, sizes, partial(sees, request, cluster, "topics.view"))
    return {"entries": entries, "dirs": dirs, "replicas": replicas}
