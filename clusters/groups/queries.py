"""Groups as the page and the API list them, from the inventory."""

from django.db.models import QuerySet

from clusters.models import Group

COLUMNS = ("name", "state", "type", "protocol", "members", "coordinator", "topics", "lag", "lag_status", "time_lag")


def filtered(rows: QuerySet[Group], q: str, state: str) -> QuerySet[Group]:
    if state:
        rows = rows.filter(state=state)
    return rows.filter(name__icontains=q) if q else rows
