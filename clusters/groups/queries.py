"""Groups as the page and the API list them, from the inventory."""

from django.db.models import Count, QuerySet

from clusters.models import Cluster, Group, Mirror

COLUMNS = ("name", "state", "type", "protocol", "members", "coordinator", "topics", "lag", "lag_status", "time_lag")
TYPES = ("classic", "consumer", "share", "streams")
SINCE = {"consumer": "4.0", "share": "4.2", "streams": "4.2"}  # the release of Kafka that first has them for production
EXPORTED = (
    "name", "state", "type", "protocol", "coordinator", "members", "topics", "lag", "unknown", "lag_status", "time_lag",
)  # fmt: skip


def filtered(
    rows: QuerySet[Group], q: str, state: str, lag_status: int | None = None, kind: str = ""
) -> QuerySet[Group]:
    if kind:
        rows = rows.filter(type=kind)
    if state:
        rows = rows.filter(state=state)
    if lag_status is not None:
        rows = rows.filter(lag_status=lag_status)
    return rows.filter(name__icontains=q) if q else rows


def absence(kind: str, version: str) -> str:
    """Say why there can be no groups of a type in a cluster of some version; empty where there can, or nobody knows."""
    since = SINCE.get(kind, "")
    if not (since and version) or numbers(version) >= numbers(since):
        return ""
    return f"Kafka has {kind} groups as of version {since}; this cluster has {version}."


def version_of(cluster: Cluster) -> str:
    return Mirror.objects.filter(cluster=cluster).values_list("version", flat=True).first() or ""


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]


def number_by_status(rows: QuerySet[Group]) -> dict[int | None, int]:
    """Return how many groups have each lag status; None is not evaluated."""
    return dict(rows.order_by().values_list("lag_status").annotate(Count("pk")))
