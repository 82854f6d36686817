"""The audit log: who did what and how it ended, with search, filters and export."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from accounts.access import guarded
from accounts.models import AuditEntry
from core.web.export import export, export_format
from core.web.lists import list_state, ordered, page_of
from core.web.page import page

COLUMNS = ("at", "username", "action", "cluster", "resource", "outcome", "duration_ms")
EXPORTED = (*COLUMNS, "address", "detail", "steps")
FILTERS = ("outcome", "action", "username")


@guarded("audit.view")
def audit(request: HttpRequest) -> HttpResponseBase:
    """List everything that was changed or refused, everywhere."""
    return listed(request, AuditEntry.objects.all())


def listed(request: HttpRequest, rows: QuerySet[AuditEntry]) -> HttpResponseBase:
    """List audit entries, or export them as a file."""
    state = list_state(request, columns=COLUMNS, default="-at", filters=FILTERS)
    actions = rows.order_by("action").values_list("action", flat=True).distinct()
    for name in FILTERS:
        if state.filters[name]:
            rows = rows.filter(**{name: state.filters[name]})
    if state.q:
        rows = rows.filter(
            Q(resource__icontains=state.q)
            | Q(detail__icontains=state.q)
            | Q(username__icontains=state.q)
            | Q(steps__icontains=state.q)
        )
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "audit")
    outcomes = (AuditEntry.DONE, AuditEntry.FAILED, AuditEntry.REFUSED, AuditEntry.BEGUN)
    context = {"state": state, "page": page_of(rows, state), "actions": actions, "outcomes": outcomes}
    return page(request, "audit/list.html", context, "rows")
