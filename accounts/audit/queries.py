"""Audit entries as the page and the API search them."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from accounts.models import AuditEntry

COLUMNS = ("at", "username", "action", "cluster", "resource", "outcome", "duration_ms")
FILTERS = ("outcome", "action", "username")
SEARCHED = ("resource", "detail", "username", "steps")


def filtered(rows: QuerySet[AuditEntry], q: str, filters: Mapping[str, str]) -> QuerySet[AuditEntry]:
    rows = rows.filter(**{name: filters[name] for name in FILTERS if filters[name]})
    return rows.filter(Q(*((f"{name}__icontains", q) for name in SEARCHED), _connector=Q.OR)) if q else rows
