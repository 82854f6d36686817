"""The Connect clusters of a cluster: listing, adding, testing, editing and removing them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.connect import queries
from clusters.connect.clusters import changes
from clusters.connect.clusters.forms import ConnectClusterForm, new_connect
from clusters.connect.refresh import refresh_connect_now
from clusters.connections.form_secrets import TypedSecrets
from clusters.models import Cluster, ConnectCluster
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("connect.view")
def connect_clusters(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """List the Connect clusters, with what the last pass said of each."""
    return page(request, "connect/clusters.html", {"mirrors": list(cluster.connect_clusters.all())})


@cluster_view("clusters.edit")
def add(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    return connect_form(request, cluster, new_connect(cluster))


@cluster_view("clusters.edit")
def edit(request: HttpRequest, cluster: Cluster, connect: str) -> HttpResponse:
    return connect_form(request, cluster, queries.connect_of(cluster, connect))


def connect_form(request: HttpRequest, cluster: Cluster, connect: ConnectCluster) -> HttpResponse:
    """Show, test or save the form of a new or a stored Connect cluster."""
    changes.require_own(cluster)
    typed = TypedSecrets(request, connect.pk)
    form = ConnectClusterForm(request.POST or None, instance=connect, typed_before=typed.so_far())
    verdict = None
    if request.method == "POST":
        typed.keep(form.typed_secrets())
        if form.is_valid() and request.POST.get("action") == "test":
            verdict = changes.probe(form.unsaved())
        elif form.is_valid():
            typed.forget()
            return saved(request, cluster, form)
    context = {
        "form": form,
        "stored": form.before if connect.pk else None,
        "verdict": verdict,
        "attempt": typed.attempt,
    }
    return page(request, "connect/cluster_form.html", context, "verdict", status=422 if form.errors else 200)


def saved(request: HttpRequest, cluster: Cluster, form: ConnectClusterForm) -> HttpResponse:
    connect = changes.save(request, form, changes.plan_saving(form))
    refresh_connect_now(cluster)
    toast(request, f"Connect cluster {connect.name} saved.")
    return redirect(reverse("connectors", cluster.slug))


@cluster_view("clusters.edit")
def remove(request: HttpRequest, cluster: Cluster, connect: str) -> HttpResponse:
    """Remove our record of a Connect cluster, after its name was typed; its connectors go on."""
    changes.require_own(cluster)
    row = queries.connect_of(cluster, connect)
    plan, typed = changes.plan_removal(row), request.POST.get("confirm", "")
    if request.method == "POST" and typed == row.name:
        changes.remove(request, row, plan)
        toast(request, f"Connect cluster {connect} removed from kafkaadmin. Its connectors were not changed.")
        return redirect(reverse("connect-clusters", cluster.slug))
    wrong = request.method == "POST"
    context = {"connect": row, "plan": plan, "typed": typed, "wrong": wrong}
    return page(request, "connect/cluster_remove.html", context, status=422 if wrong else 200)
