"""All subjects as a file, and registering what such a file has."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from clusters.changes import apply_change, check, confirmed_digest
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry.client import Registry
from clusters.models import SchemaRegistry
from clusters.registry_words import address, named
from clusters.schemas import plan
from clusters.schemas.access import registry_view
from clusters.schemas.forms import ImportForm
from clusters.schemas.refresh import refresh_registry_now
from clusters.schemas.transfer.exporting import export_file
from clusters.schemas.transfer.importing import SECONDS, Import
from core.plan import Plan
from core.web.formats import plural
from core.web.page import page
from core.web.toasts import toast


@registry_view("schemas.view")
def export(request: HttpRequest, row: SchemaRegistry) -> HttpResponseBase:
    """Send all versions of all subjects as JSON Lines."""
    return export_file(request, row)


@registry_view(plan.REGISTER, change=True)
def import_file(request: HttpRequest, row: SchemaRegistry) -> HttpResponse:
    """Show what the lines of an export would register; register it once the person confirmed."""
    form = ImportForm(request.POST or None, request.FILES or None) if request.method == "POST" else ImportForm()
    planned: Plan | None = None
    if form.is_valid():
        lines = Import(Registry(row.connection(), seconds=SECONDS), form.cleaned_data["lines"])
        try:
            planned = named(lines.planned(), row)
            check(request, row.cluster, planned)
            if not planned.steps:
                form.add_error(None, "No change: all of it is registered already.")
            elif request.POST.get("action") == "import":
                apply_change(request, row.cluster, planned, lines.apply, confirmed_digest=confirmed_digest(request))
                refresh_registry_now(row)
                toast(request, f"{plural(len(planned.steps), 'version')} registered.")
                return redirect(address(row, "schemas"))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "plan": None if form.errors else planned}
    return page(request, "schemas/import.html", context, status=422 if form.errors else 200)
