"""All subjects as a file, and registering what such a file has."""

from itertools import islice

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from clusters.changes import apply_change, check, confirmed_digest
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry.client import Registry
from clusters.models import SchemaRegistry
from clusters.registry_words import address, named
from clusters.schemas import plan, queries
from clusters.schemas.access import registry_view
from clusters.schemas.forms import ImportForm
from clusters.schemas.refresh import refresh_registry_now
from clusters.schemas.transfer.exporting import export_file, exported_lines
from clusters.schemas.transfer.importing import MOST, SECONDS, Import
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
    planned: Plan | None = None
    form = ImportForm(request.POST or None, request.FILES or None, sources=others_of(row))
    if request.POST.get("action") == "take":
        form = with_taken_lines(request, row, form)
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
    context = {"form": form, "registry": row, "plan": None if form.errors else planned}
    return page(request, "schemas/import.html", context, status=422 if form.errors else 200)


def others_of(row: SchemaRegistry) -> list[str]:
    """Return the names of the cluster's other registries."""
    return list(row.cluster.registries.exclude(pk=row.pk).values_list("name", flat=True))


def with_taken_lines(request: HttpRequest, row: SchemaRegistry, form: ImportForm) -> ImportForm:
    """Return the form with the lines of the chosen registry instead of what was typed."""
    source = queries.registry_called(row.cluster, request.POST.get("source", ""))
    try:
        text = "\n".join(islice(exported_lines(request, source, SECONDS), MOST + 1))
    except KafkaFailure as failure:
        form.add_error("source", f"{failure.sentence} {failure.advice}".strip())
        return form
    return ImportForm({"lines": text, "source": source.name}, sources=others_of(row))
