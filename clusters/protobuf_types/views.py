"""The page of a cluster's Protobuf types: what there is, uploading files, removing them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster
from clusters.protobuf_types import changes
from clusters.protobuf_types.forms import ProtobufFilesForm
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view(changes.EDIT)
def protobuf_types(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show the types; take files in their place."""
    form = ProtobufFilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            changes.require_own(cluster)
            types = changes.read(form.cleaned_data["file"])
            plan = changes.plan_keeping(cluster, types)
            changes.keep(request, cluster, types, plan)
            toast(request, " ".join(["Protobuf types saved.", *plan.warnings]))
            return redirect(reverse("protobuf-types", cluster.slug))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    types_there = changes.types_of(cluster)
    in_use = changes.named_by_formats(cluster)
    context = {"form": form, "types": types_there, "in_use": in_use}
    return page(request, "protobuf_types/types.html", context, status=422 if form.errors else 200)


@cluster_view(changes.EDIT)
def remove(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Remove the types, after the plan was shown."""
    changes.require_own(cluster)
    plan = changes.plan_removal(cluster)
    if request.method != "POST":
        return page(request, "protobuf_types/remove.html", {"plan": plan})
    changes.remove(request, cluster, plan)
    toast(request, "Protobuf types removed.")
    return redirect(reverse("protobuf-types", cluster.slug))
