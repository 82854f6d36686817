"""The audit log: who did what and how it ended, with search, filters and export."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from accounts.access import guarded
from accounts.audit.queries import COLUMNS, FILTERS, filtered
from accounts.audit.sending import failing
from accounts.models import AuditEntry
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page

EXPORTED = (*COLUMNS, "address", "detail", "steps")


@guarded("audit.view")
def audit(request: HttpRequest) -> HttpResponseBase:
    """List everything that was changed or refused, everywhere."""
    return listed(request, AuditEntry.objects.all(), failing())


def listed(request: HttpRequest, rows: QuerySet[AuditEntry], sinks: Sequence[Any] = ()) -> HttpResponseBase:
    """List audit entries, or export them as a file."""
    state = list_state(request, columns=COLUMNS, default="-at", filters=FILTERS)
    actions = rows.order_by("action").values_list("action", flat=True).distinct()
    rows = filtered(rows, state.q, state.filters)
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "audit")
    outcomes = (
        AuditEntry.DONE, AuditEntry.FAILED, AuditEntry.REFUSED, AuditEntry.REQUESTED, AuditEntry.BEGUN,
    )  # fmt: skip
    context: dict[str, Any] = {"sinks": sinks}
    context |= {"state": state, "page": page_of(rows, state), "actions": actions, "outcomes": outcomes}
    return page(request, "audit/list.html", context, "rows")
