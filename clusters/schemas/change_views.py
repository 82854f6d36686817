"""Changing schemas, each through ``apply_change``. A POST with ``action=preview`` only shows the plan."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.changes import apply_confirmed, check
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry import changes as kafka
from clusters.gateway.registry import subjects
from clusters.gateway.registry.client import Registry
from clusters.models import SchemaRegistry
from clusters.registry_words import address, named
from clusters.schemas import plan, planning, queries
from clusters.schemas.access import registry_view
from clusters.schemas.forms import NewSubjectForm, SettingsForm, SubjectForm
from clusters.schemas.mirror import settings_changed, subject_changed
from clusters.schemas.state import laid_out
from clusters.schemas.subject_views import version_in
from clusters.undo import settings_before, undo_url
from core.patterns import EVERYTHING
from core.plan import Plan
from core.web.page import page
from core.web.toasts import toast

UNCONFIRMED = "Production: type the name to confirm."
NO_CHANGE = "No change: it is version {} already."


@registry_view(plan.REGISTER, change=True)
def create(request: HttpRequest, row: SchemaRegistry) -> HttpResponse:
    """Register the first schema of a new subject; of one that exists, the next version."""
    registry = queries.client_of(row)
    form = NewSubjectForm(request.POST or None, initial={"subject": request.GET.get("subject", "")})
    return registration(request, row, registry, form)


@registry_view(plan.REGISTER, change=True)
def register(request: HttpRequest, row: SchemaRegistry, subject: str) -> HttpResponse:
    """Register the next version of a subject; the form begins with the latest."""
    registry = queries.client_of(row)
    initial: dict[str, Any] = {}
    if request.method != "POST" and (latest := planning.latest_of(registry, subject)):
        references = "\n".join(f"{each.name} {each.subject} {each.version}" for each in latest.references)
        initial = {"type": latest.kind, "schema": laid_out(latest.kind, latest.text), "references": references}
    form = SubjectForm(request.POST or None, initial=initial)
    return registration(request, row, registry, form, subject)


def registration(
    request: HttpRequest, row: SchemaRegistry, registry: Registry, form: SubjectForm, subject: str = ""
) -> HttpResponse:
    planned: Plan | None = None
    if form.is_valid():
        name, new = subject or form.cleaned_data["subject"], form.new_schema()
        try:
            registration = planning.plan_registration(request, row, registry, name, new)
            planned = named(registration.plan, row)
            check(request, row.cluster, planned)
            registration.require_accepted()
            if registration.already:
                form.add_error(None, NO_CHANGE.format(registration.already))
            elif request.POST.get("action") != "preview":
                apply = partial(kafka.register, registry, name, new)
                apply_confirmed(request, row.cluster, planned, apply)
                subject_changed(row, registry, name)
                toast(request, f"Schema registered in {name}.")
                return redirect(address(row, "subject", name))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "subject": subject, "plan": None if form.errors else planned}
    return page(request, "schemas/register.html", context, "plan", status=422 if form.errors else 200)


@registry_view(plan.CONFIGURE, change=True)
def settings(request: HttpRequest, row: SchemaRegistry, subject: str) -> HttpResponse:
    """Set the compatibility level and the mode of a subject, or plan to restore those before a change."""
    return change_settings(request, row, subject)


@registry_view(plan.CONFIGURE, change=True)
def global_settings(request: HttpRequest, row: SchemaRegistry) -> HttpResponse:
    """Set the level and the mode of all subjects without their own."""
    return change_settings(request, row, subjects.GLOBAL)


def change_settings(request: HttpRequest, row: SchemaRegistry, subject: str) -> HttpResponse:
    registry = queries.client_of(row)
    present = {plan.LEVEL: subjects.compatibility(registry, subject), plan.MODE: subjects.mode(registry, subject)}
    has_modes = bool(present[plan.MODE] or subjects.mode(registry))
    former = settings_before(request, row, plan.CONFIGURE, subject or EVERYTHING)
    initial = {**present, **former}
    whose = "The registry's" if subject else "The registry's default"
    form = SettingsForm(request.POST or None, initial=initial, whose=whose, has_modes=has_modes)
    planned: Plan | None = named(plan.configure(subject, present, initial), row) if former else None
    if form.is_valid():
        try:
            changes = plan.configure(subject, present, form.cleaned_data)
            planned = named(changes, row)
            check(request, row.cluster, planned)
            if not planned.steps:
                form.add_error(None, "No change: this is set already.")
            elif request.POST.get("action") != "preview":
                return settings_applied(request, row, registry, subject, changes)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "subject": subject, "plan": None if form.errors else planned}
    return page(request, "schemas/settings.html", context, "plan", status=422 if form.errors else 200)


def settings_applied(
    request: HttpRequest, row: SchemaRegistry, registry: Registry, subject: str, changes: Plan
) -> HttpResponse:
    apply = partial(planning.apply_settings, registry, subject, changes)
    entry = apply_confirmed(request, row.cluster, named(changes, row), apply)
    settings_changed(row, registry, subject)
    toast(request, f"Settings of {subject or 'the schema registry'} saved.", "Undo…", undo_url(entry))
    return redirect(address(row, "subject", subject) if subject else address(row, "schemas"))


@registry_view(plan.DELETE, change=True)
def delete(request: HttpRequest, row: SchemaRegistry, subject: str) -> HttpResponse:
    """Delete a subject or one of its versions, softly or for good, after its name was typed."""
    registry = queries.client_of(row)
    version, permanent = version_in(request), bool(request.GET.get("permanent"))
    deletion = planning.plan_deletion(request, row, registry, subject, version, permanent=permanent)
    planned = named(deletion, row)
    typed = request.POST.get("confirm", "")
    if request.method == "POST" and typed == subject:
        apply = partial(planning.apply_deletion, registry, subject, version, permanent=permanent)
        apply_confirmed(request, row.cluster, planned, apply)
        subject_changed(row, registry, subject)
        toast(request, f"{subject} deleted." if version is None else f"Version {version} of {subject} deleted.")
        return redirect(address(row, "schemas"))
    wrong = request.method == "POST"
    context = {
        "subject": subject,
        "version": version,
        "permanent": permanent,
        "plan": planned,
        "typed": typed,
        "wrong": wrong,
    }
    return page(request, "schemas/delete.html", context, status=422 if wrong else 200)
