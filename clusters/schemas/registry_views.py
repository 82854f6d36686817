"""The schema registries of a cluster: listing, adding, testing, editing and removing them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import applies, confirmed_digest, require_confirmed
from clusters.connections import default_registry
from clusters.connections import registry_changes as changes
from clusters.connections.default_registry import FormerNameForm
from clusters.connections.form_secrets import TypedSecrets
from clusters.connections.registry_forms import RegistryForm
from clusters.gateway.errors import Conflict
from clusters.gateway.probe.registry_test import probe_registry
from clusters.models import Cluster, SchemaRegistry
from clusters.registry_words import address
from clusters.schemas import queries
from clusters.schemas.refresh import refresh_registry_now
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("schemas.view")
def registries(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """List the registries, with what the last pass said of each."""
    rows = cluster.registries.select_related("cluster")
    listed = [(row, queries.mirror_of(row), queries.count_in_sight(request, row)) for row in rows]
    return page(request, "schemas/registries.html", {"rows": listed})


@cluster_view("clusters.edit")
def add(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    return registry_form(request, cluster, queries.new_registry(cluster))


@cluster_view("clusters.edit")
def edit(request: HttpRequest, cluster: Cluster, registry: str) -> HttpResponse:
    return registry_form(request, cluster, queries.registry_called(cluster, registry))


def registry_form(request: HttpRequest, cluster: Cluster, row: SchemaRegistry) -> HttpResponse:
    """Show, test or save the form of a new or a stored registry."""
    changes.require_own(cluster)
    typed = TypedSecrets(request, row.pk)
    form = RegistryForm(request.POST or None, instance=row, typed_before=typed.so_far())
    verdict = None
    if request.method == "POST":
        typed.keep(form.typed_secrets())
        if form.is_valid() and request.POST.get("action") == "test":
            verdict = probe_registry(form.unsaved().connection())
        elif form.is_valid():
            typed.forget()
            return saved(request, form)
    context = {
        "form": form,
        "stored": form.before if row.pk else None,
        "verdict": verdict,
        "attempt": typed.attempt,
    }
    return page(request, "schemas/registry_form.html", context, "verdict", status=422 if form.errors else 200)


def saved(request: HttpRequest, form: RegistryForm) -> HttpResponse:
    row = changes.save(request, form, changes.plan_saving(form))
    refresh_registry_now(row)
    toast(request, f"Schema registry {row.name} saved.")
    return redirect(address(row, "schemas"))


@cluster_view("clusters.edit")
def make_default(request: HttpRequest, cluster: Cluster, registry: str) -> HttpResponse:
    """Have a registry be used wherever none is named, and give the former one another name."""
    changes.require_own(cluster)
    row = queries.registry_called(cluster, registry)
    default_registry.require_other(row)
    suggestion = {"former_name": default_registry.suggested_name(row)}
    form = FormerNameForm(request.POST if request.method == "POST" else suggestion, row=row)
    planned: Plan | None = None
    if form.is_valid():
        planned = default_registry.plan_default(row, form.names())
        if applies(request) and is_confirmed(request, form, planned):
            default_registry.make_default(request, row, planned, form.names())
            toast(request, f"Schema registry {registry} is the default one now.")
            return redirect(reverse("registries", cluster.slug))
    context = {"row": row, "form": form, "plan": planned}
    return page(request, "schemas/registry_default.html", context, status=422 if form.errors else 200)


def is_confirmed(request: HttpRequest, form: FormerNameForm, planned: Plan) -> bool:
    """Tell whether this is the plan that was shown; if not, the form says so, beside the present plan."""
    try:
        require_confirmed(planned, confirmed_digest(request))
    except Conflict as failure:
        form.add_error(None, failure.sentence)
    return not form.errors


@cluster_view("clusters.edit")
def remove(request: HttpRequest, cluster: Cluster, registry: str) -> HttpResponse:
    """Remove our record of a registry, after its name was typed; its schemas stay."""
    changes.require_own(cluster)
    row = queries.registry_called(cluster, registry)
    try:
        plan = changes.plan_removal(row)
    except Conflict as failure:
        return page(request, "schemas/registry_in_use.html", {"row": row, "failure": failure}, status=409)
    typed = request.POST.get("confirm", "")
    if request.method == "POST" and typed == row.name:
        changes.remove(request, row, plan)
        toast(request, f"Schema registry {registry} removed from kafkaadmin. Its schemas were not changed.")
        return redirect(reverse("registries", cluster.slug))
    wrong = request.method == "POST"
    context = {"row": row, "plan": plan, "typed": typed, "wrong": wrong}
    return page(request, "schemas/registry_remove.html", context, status=422 if wrong else 200)
