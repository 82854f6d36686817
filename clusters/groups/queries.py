"""Groups as the page and the API list them, from the inventory."""

from django.db.models import Count, QuerySet

from clusters.models import Group

COLUMNS = ("name", "state", "type", "protocol", "members", "coordinator", "topics", "lag", "lag_status", "time_lag")
EXPORTED = (
    "name", "state", "type", "protocol", "coordinator", "members", "topics", "lag", "unknown", "lag_status", "time_lag",
)  # fmt: skip


def filtered(rows: QuerySet[Group], q: str, state: str, lag_status: int | None = None) -> QuerySet[Group]:
    if state:
        rows = rows.filter(state=state)
    if lag_status is not None:
        rows = rows.filter(lag_status=lag_status)
    return rows.filter(name__icontains=q) if q else rows


def number_by_status(rows: QuerySet[Group]) -> dict[int | None, int]:
    """Return how many groups have each lag status; None is not evaluated."""
    return dict(rows.order_by().values_list("lag_status").annotate(Count("pk")))
