"""Changing schemas, each through ``apply_change``. A POST with ``action=preview`` only shows the plan."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import apply_change, check, confirmed_digest
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry import changes as kafka
from clusters.gateway.registry import subjects
from clusters.gateway.registry.client import Registry
from clusters.models import Cluster
from clusters.schemas import plan, planning, queries
from clusters.schemas.forms import NewSubjectForm, SettingsForm, SubjectForm
from clusters.schemas.mirror import settings_changed, subject_changed
from clusters.schemas.state import laid_out
from clusters.schemas.subject_views import version_in
from clusters.undo import undo_url, values_before
from core.patterns import EVERYTHING
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCONFIRMED = "Production: type the name to confirm."
NO_CHANGE = "No change: it is version {} already."


@cluster_view(plan.REGISTER, change=True)
def create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Register the first schema of a new subject; of one that exists, the next version."""
    registry = queries.registry_of(cluster)
    form = NewSubjectForm(request.POST or None, initial={"subject": request.GET.get("subject", "")})
    return registration(request, cluster, registry, form)


@cluster_view(plan.REGISTER, change=True)
def register(request: HttpRequest, cluster: Cluster, subject: str) -> HttpResponse:
    """Register the next version of a subject; the form begins with the latest."""
    registry = queries.registry_of(cluster)
    initial: dict[str, Any] = {}
    if request.method != "POST" and (latest := planning.latest_of(registry, subject)):
        references = "\n".join(f"{each.name} {each.subject} {each.version}" for each in latest.references)
        initial = {"type": latest.kind, "schema": laid_out(latest.kind, latest.text), "references": references}
    form = SubjectForm(request.POST or None, initial=initial)
    return registration(request, cluster, registry, form, subject)


def registration(
    request: HttpRequest, cluster: Cluster, registry: Registry, form: SubjectForm, subject: str = ""
) -> HttpResponse:
    planned: Plan | None = None
    if form.is_valid():
        named, new = subject or form.cleaned_data["subject"], form.new_schema()
        try:
            registration = planning.plan_registration(request, cluster, registry, named, new)
            planned = registration.plan
            check(request, cluster, planned)
            registration.require_accepted()
            if registration.already:
                form.add_error(None, NO_CHANGE.format(registration.already))
            elif request.POST.get("action") != "preview":
                apply = partial(kafka.register, registry, named, new)
                apply_change(request, cluster, planned, apply, confirmed_digest=confirmed_digest(request))
                subject_changed(cluster, registry, named)
                toast(request, f"Schema registered in {named}.")
                return redirect(reverse("subject", cluster.slug, named))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "subject": subject, "plan": None if form.errors else planned}
    return page(request, "schemas/register.html", context, "plan", status=422 if form.errors else 200)


@cluster_view(plan.CONFIGURE, change=True)
def settings(request: HttpRequest, cluster: Cluster, subject: str) -> HttpResponse:
    """Set the compatibility level and the mode of a subject, or plan to restore those before a change."""
    return change_settings(request, cluster, subject)


@cluster_view(plan.CONFIGURE, change=True)
def global_settings(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Set the level and the mode of all subjects without their own."""
    return change_settings(request, cluster, subjects.GLOBAL)


def change_settings(request: HttpRequest, cluster: Cluster, subject: str) -> HttpResponse:
    registry = queries.registry_of(cluster)
    present = {plan.LEVEL: subjects.compatibility(registry, subject), plan.MODE: subjects.mode(registry, subject)}
    has_modes = bool(present[plan.MODE] or subjects.mode(registry))
    before = values_before(request, cluster, plan.CONFIGURE, subject or EVERYTHING)
    initial = {**present, **{name: value or "" for name, value in before.items()}}
    whose = "The registry's" if subject else "The registry's default"
    form = SettingsForm(request.POST or None, initial=initial, whose=whose, has_modes=has_modes)
    planned: Plan | None = plan.configure(subject, present, initial) if before else None
    if form.is_valid():
        try:
            planned = plan.configure(subject, present, form.cleaned_data)
            check(request, cluster, planned)
            if not planned.steps:
                form.add_error(None, "No change: this is set already.")
            elif request.POST.get("action") != "preview":
                return settings_applied(request, cluster, registry, subject, planned)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "subject": subject, "plan": None if form.errors else planned}
    return page(request, "schemas/settings.html", context, "plan", status=422 if form.errors else 200)


def settings_applied(
    request: HttpRequest, cluster: Cluster, registry: Registry, subject: str, planned: Plan
) -> HttpResponse:
    apply = partial(planning.apply_settings, registry, subject, planned)
    entry = apply_change(request, cluster, planned, apply, confirmed_digest=confirmed_digest(request))
    settings_changed(cluster, registry, subject)
    toast(request, f"Settings of {subject or 'the schema registry'} saved.", "Undo…", undo_url(entry))
    return redirect(reverse("subject", cluster.slug, subject) if subject else reverse("schemas", cluster.slug))


@cluster_view(plan.DELETE, change=True)
def delete(request: HttpRequest, cluster: Cluster, subject: str) -> HttpResponse:
    """Delete a subject or one of its versions, softly or for good, after its name was typed."""
    registry = queries.registry_of(cluster)
    version, permanent = version_in(request), bool(request.GET.get("permanent"))
    planned = planning.plan_deletion(request, cluster, registry, subject, version, permanent=permanent)
    typed = request.POST.get("confirm", "")
    if request.method == "POST" and typed == subject:
        apply = partial(planning.apply_deletion, registry, subject, version, permanent=permanent)
        apply_change(request, cluster, planned, apply, confirmed_digest=confirmed_digest(request))
        subject_changed(cluster, registry, subject)
        toast(request, f"{subject} deleted." if version is None else f"Version {version} of {subject} deleted.")
        return redirect(reverse("schemas", cluster.slug))
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
