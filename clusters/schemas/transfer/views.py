"""All subjects as a file, and registering what such a file has, or another registry."""

from itertools import islice

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from clusters.changes import check, confirmed_digest
from clusters.gateway.errors import Conflict, KafkaFailure
from clusters.jobs.changes import draft, draft_of, plan_of, start
from clusters.models import Job, SchemaRegistry
from clusters.registry_words import address
from clusters.schemas import plan, queries
from clusters.schemas.access import registry_view
from clusters.schemas.forms import MOST_CHARACTERS, ImportForm
from clusters.schemas.refresh import refresh_registry_now
from clusters.schemas.transfer.exporting import export_file, exported_lines
from clusters.schemas.transfer.importing import MOST, SECONDS
from clusters.schemas.transfer.job.drafts import ImportDraft, draft_of_file, draft_of_registry
from clusters.schemas.transfer.job.kind import NAME
from clusters.schemas.transfer.parts import PlannedImport, apply_import, check_import, plan_import
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

NO_CHANGE = "No change: all of it is here already."
OTHER = Conflict("This preview is of another schema registry.", "Preview it again.")


@registry_view("schemas.view")
def export(request: HttpRequest, row: SchemaRegistry) -> HttpResponseBase:
    """Send all versions of all subjects as JSON Lines."""
    return export_file(request, row)


@registry_view(plan.REGISTER, change=True)
def import_file(request: HttpRequest, row: SchemaRegistry) -> HttpResponse:
    """Show what an import would register; register it once the person confirmed, at once or by a job."""
    action = request.POST.get("action", "")
    form = ImportForm(request.POST or None, request.FILES or None, sources=row.other_names)
    if action == "start":
        return started(request, row)
    if action == "take":
        return taken_over(request, row, form)
    return previewed(request, row, form)


def previewed(request: HttpRequest, row: SchemaRegistry, form: ImportForm) -> HttpResponse:
    """Show what the lines of a form would do, or do it."""
    planned: PlannedImport | None = None
    if form.is_valid():
        try:
            if form.is_large:
                content = draft_of_file(request, row, form.schema_file(), form.origin, form.digest)
                return drafted(request, row, form, content)
            planned = plan_import(request, row, form.schema_file())
            if not planned.plans.steps:
                form.add_error(None, " ".join((NO_CHANGE, *planned.left_out)))
            elif request.POST.get("action") == "import":
                apply_import(request, row, planned, confirmed_digest(request))
                return imported(request, row, planned)
            else:
                check_import(request, row, planned)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "registry": row, "plan": None if form.errors or not planned else planned.plans,
               "left_out": planned.left_out if planned else ()}  # fmt: skip
    return page(request, "schemas/import.html", context, status=422 if form.errors else 200)


def imported(request: HttpRequest, row: SchemaRegistry, planned: PlannedImport) -> HttpResponse:
    refresh_registry_now(row)
    registration, *settings = planned.parts
    done = [plural(len(registration.plan.steps), "version") + " registered"] if registration.plan.steps else []
    done += [f"settings of {plural(len(settings), 'subject')} set"] if settings else []
    toast(request, f"{', '.join(done)}.".capitalize())
    return redirect(address(row, "schemas"))


def taken_over(request: HttpRequest, row: SchemaRegistry, form: ImportForm) -> HttpResponse:
    """Show the lines of the chosen registry instead of what was typed; a job takes over what is too much."""
    schemas_only = request.POST.get("schemas_only", "")
    source = queries.registry_called(row.cluster, request.POST.get("source", ""))
    try:
        lines = list(islice(exported_lines(request, source, SECONDS), MOST + 1))
        if len(lines) > MOST or sum(map(len, lines)) > MOST_CHARACTERS:
            content = draft_of_registry(request, row, source, schemas_only=bool(schemas_only))
            return drafted(request, row, form, content)
    except KafkaFailure as failure:
        form.add_error("source", f"{failure.sentence} {failure.advice}".strip())
        return previewed(request, row, form)
    typed = {"lines": "\n".join(lines), "source": source.name, "schemas_only": schemas_only}
    return previewed(request, row, ImportForm(typed, sources=row.other_names))


def drafted(request: HttpRequest, row: SchemaRegistry, form: ImportForm, content: ImportDraft) -> HttpResponse:
    """Show what a job would do.

    Raises:
        NotAuthorized: the person may not register all of it.
    """
    job = draft(request, row.cluster, NAME, content.parameters, content.pieces)
    check(request, row.cluster, plan_of(job))
    return job_page(request, row, form, job)


def started(request: HttpRequest, row: SchemaRegistry) -> HttpResponse:
    """Start the job whose preview was shown, and go to it; once, however often it is confirmed."""
    job: Job | None = None
    try:
        job = draft_of(request, row.cluster, NAME, request.POST.get("job", ""))
        if job.parameters["registry"]["pk"] != row.pk:
            raise OTHER
        start(request, job, confirmed_digest=confirmed_digest(request))
    except KafkaFailure as failure:
        wrong = f"{failure.sentence} {failure.advice}".strip()
        return job_page(request, row, ImportForm(sources=row.other_names), job, wrong)
    toast(request, f"Job {job.pk} started.")
    return redirect(reverse("job", row.cluster.slug, job.pk))


def job_page(
    request: HttpRequest, row: SchemaRegistry, form: ImportForm, job: Job | None, wrong: str = ""
) -> HttpResponse:
    context = {"form": form, "registry": row, "job": job, "plan": plan_of(job) if job else None, "wrong": wrong}
    return page(request, "schemas/import.html", context, status=422 if wrong else 200)
