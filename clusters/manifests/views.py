"""A cluster as a file, and a file compared with the cluster and applied to it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view, objection
from clusters.changes import confirmed_digest
from clusters.gateway.errors import KafkaFailure
from clusters.manifests.applying import ACTION, Application, apply, compare, plan_application
from clusters.manifests.drift.queries import manifest_row
from clusters.manifests.drift.refresh import compare_soon
from clusters.manifests.forms import ManifestForm
from clusters.manifests.state import exported
from clusters.models import Cluster
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("topics.view")
def manifest(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show the form and in what the cluster differs from a file; apply it once the person confirmed."""
    form = form_of(request, cluster)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context |= outcome(request, cluster, form)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    if context.get("applied"):
        return applied_page(request, cluster, context["applied"])
    return page(request, "manifests/apply.html", context, status=422 if form.errors or context.get("wrong") else 200)


def form_of(request: HttpRequest, cluster: Cluster) -> ManifestForm:
    """Return the form as it was sent, or with the manifest that is kept for the cluster, which is then compared."""
    if request.method == "POST":
        return ManifestForm(request.POST, request.FILES)
    if "kept" not in request.GET:
        return ManifestForm()
    row = manifest_row(request, cluster)
    return ManifestForm({"text": row.text, "remove": "on" if row.remove else ""})


def outcome(request: HttpRequest, cluster: Cluster, form: ManifestForm) -> dict[str, Any]:
    """Return what the page shows: the plan, or what was applied.

    Raises:
        KafkaFailure: with the cause; Conflict where it is no longer what was confirmed.
    """
    values = form.cleaned_data
    may_apply = not objection(request, ACTION, cluster, "", change=True)
    plan = plan_application if may_apply else compare
    planned = plan(request, cluster, values["manifest"], remove=values["remove"], rate=values["rate"])
    typed = request.POST.get("confirm", "").strip()
    asks = planned.removes or cluster.is_production
    context = {"application": planned, "remarks": values["manifest"].remarks, "asks": asks, "typed": typed}
    context["may_apply"] = may_apply
    if request.POST.get("action") != "apply" or not planned.number or not may_apply:
        return context
    if asks and typed != str(planned.number):
        return {**context, "wrong": True}
    return {**context, "applied": apply(request, cluster, planned, confirmed_digest(request))}


def applied_page(request: HttpRequest, cluster: Cluster, result: Application) -> HttpResponse:
    """Go back, or say what was not done, and why."""
    compare_soon(cluster)
    if result.done:
        toast(request, f"{plural(result.done, 'change')} applied.")
    if result.done == len(result.items) and not result.left:
        return redirect(reverse("manifest", cluster.slug))
    return page(request, "manifests/results.html", {"application": result}, status=409)


@cluster_view("topics.view")
def export(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Send the cluster's topics, users, ACLs and quotas as a manifest."""
    headers = {"Content-Disposition": f'attachment; filename="{cluster.slug}.yaml"'}
    return HttpResponse(exported(request, cluster), content_type="application/yaml; charset=utf-8", headers=headers)
