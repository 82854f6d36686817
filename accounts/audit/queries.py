"""Audit entries as the page and the API search them."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from accounts.models import READING, AuditEntry

COLUMNS = ("at", "username", "action", "cluster", "resource", "outcome", "duration_ms")
FILTERS = ("outcome", "action", "username")
SEARCHED = ("resource", "detail", "username", "steps")


def filtered(rows: QuerySet[AuditEntry], q: str, filters: Mapping[str, str]) -> QuerySet[AuditEntry]:
    """Return the entries that match; who read records only where that action is asked for."""
    if not filters["action"]:
        rows = rows.exclude(action=READING, outcome=AuditEntry.DONE)
    rows = rows.filter(**{name: filters[name] for name in FILTERS if filters[name]})
    return rows.filter(Q(*((f"{name}__icontains", q) for name in SEARCHED), _connector=Q.OR)) if q else rows
