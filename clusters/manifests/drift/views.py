"""The page of a cluster's drift, and the manifest that is kept for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.manifests.drift import changes
from clusters.manifests.drift.forms import KeptManifestForm
from clusters.manifests.drift.queries import drift_of, manifest_row, may_read
from clusters.manifests.drift.refresh import compare_now
from clusters.models import Cluster, ClusterManifest
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

NEXT = "With one, the cluster is compared every five minutes, and an alert tells when it differs."
NO_WORKER = "The comparison was requested, but no worker has finished it yet. Is `kafkaadmin worker` running?"


@cluster_view("topics.view")
def drift(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show in what the cluster differs from the manifest that is kept for it."""
    state = drift_of(request, cluster)
    context = {"drift": state, "may_read": state and may_read(request, state.row), "next": NEXT}
    return page(request, "manifests/drift.html", context)


@cluster_view("clusters.refresh")
def compare(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Compare now, then go back to the page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not compare_now(cluster):
        messages.warning(request, NO_WORKER)
    return redirect(reverse("drift", cluster.slug))


@cluster_view(changes.ACTION)
def keep(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Keep a manifest for the cluster, and compare it."""
    row = ClusterManifest.objects.filter(cluster=cluster).first()
    shown = {"text": row.text, "remove": row.remove} if row and may_read(request, row) else {}
    form = KeptManifestForm(request.POST or None, request.FILES or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        manifest, text, remove = values["manifest"], form.data["text"], values["remove"]
        plan = changes.plan_keeping(cluster, text, manifest, remove=remove)
        if plan.steps:
            changes.keep(request, cluster, plan, text, manifest, remove=remove)
            compare_now(cluster)
        toast(request, "Manifest saved.")
        return redirect(reverse("drift", cluster.slug))
    return page(request, "manifests/keep.html", {"form": form, "row": row}, status=422 if form.errors else 200)


@cluster_view(changes.ACTION)
def download(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Send the manifest that is kept."""
    headers = {"Content-Disposition": f'attachment; filename="{cluster.slug}-manifest.yaml"'}
    text = manifest_row(request, cluster).text
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@cluster_view(changes.ACTION)
def remove(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Forget the manifest, after its plan was shown; the cluster itself stays as it is."""
    row = manifest_row(request, cluster)
    plan = changes.plan_forgetting(row)
    if request.method != "POST":
        return page(request, "manifests/forget.html", {"plan": plan})
    changes.forget(request, row, plan)
    toast(request, "Manifest removed.")
    return redirect(reverse("drift", cluster.slug))
