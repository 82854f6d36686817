"""The list of clusters; adding, editing, testing and deleting one; its overview."""

from copy import copy
from itertools import chain

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import for_everyone, granted, guarded
from accounts.people.sign_in_trouble import sign_in_context
from accounts.permissions import may
from clusters.access import cluster_view, visible_clusters, within
from clusters.connections import changes
from clusters.connections.form_secrets import TypedSecrets
from clusters.connections.forms import ClusterForm
from clusters.declaration.configuration import failures
from clusters.gateway.probe.registry_test import probe_both
from clusters.models import Cluster, Group, Topic
from clusters.queries import same_kafka, summaries_of
from clusters.refresh import refresh_now
from core.web.page import page
from core.web.paths import back_to, reverse
from core.web.toasts import toast

# What the overview shows of its topics and groups.
TOPIC_FIELDS = ("name", "offline", "under_replicated", "size", "messages", "cleanup_policy", "transactional")
GROUP_FIELDS = ("name", "lag_status", "lag", "unknown", "time_lag", "time_lag_at_least")


@for_everyone("clusters.list")
def home(request: HttpRequest) -> HttpResponse:
    """Show every cluster that the person may see, worst first."""
    context = {
        "summaries": summaries_of(request, visible_clusters(request)),
        "failures": failures() if may(granted(request), "clusters.add", "*", "*") else [],
    }
    return page(request, "clusters/home.html", context | sign_in_context(request), "clusters")


@cluster_view("clusters.view")
def overview(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show one cluster: its health in a sentence, its counts, its worst topics and groups."""
    topics = within(request, cluster, "topics.view", Topic.objects.filter(cluster=cluster).only(*TOPIC_FIELDS))
    groups = within(request, cluster, "groups.view", Group.objects.filter(cluster=cluster).only(*GROUP_FIELDS))
    context = {
        "summary": summaries_of(request, [cluster])[0],
        "brokers": cluster.brokers.all(),
        "troubled": topics.exclude(under_replicated=0, offline=0).order_by("-offline", "-under_replicated")[:10],
        "behind": groups.filter(lag__gt=0).order_by(F("lag_status").desc(nulls_last=True), "-lag")[:10],
        "largest": largest(topics),
    }
    return page(request, "clusters/overview.html", context, "live")


def largest(topics: QuerySet[Topic]) -> list[Topic]:
    """Return the ten topics that take most room: the largest of Kafka's own and of all others, each by the index."""
    kinds = [topics.filter(internal__in=[internal], size__gt=0).order_by("-size")[:10] for internal in (True, False)]
    return sorted(chain(*kinds), key=lambda topic: topic.size or 0, reverse=True)[:10]


@guarded("clusters.add")
def add(request: HttpRequest) -> HttpResponse:
    return cluster_form(request, Cluster())


@cluster_view("clusters.edit")
def edit(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Edit how a cluster is reached. A declared one is edited where it is declared."""
    if cluster.declared:
        return page(request, "clusters/declared.html", {}, status=403)
    return cluster_form(request, cluster)


def cluster_form(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show, test or save the form of a new or a stored cluster."""
    before = copy(cluster) if cluster.pk else None
    typed = TypedSecrets(request, cluster.pk)
    form = ClusterForm(request.POST or None, instance=cluster, typed_before=typed.so_far())
    verdict, registry_verdict = None, None
    if request.method == "POST":
        typed.keep(form.typed_secrets())
        if form.is_valid() and request.POST.get("action") == "test":
            verdict, registry_verdict = probe_both(form.unsaved().connection(), form.registry.connection())
        elif form.is_valid():
            typed.forget()
            return saved(request, changes.save(request, form, changes.plan_saving(form, before)))
    answering = verdict.cluster.cluster_id if verdict and verdict.cluster else ""
    context = {
        "form": form,
        "verdict": verdict,
        "registry_verdict": registry_verdict,
        "same": same_kafka(cluster, answering or ""),
        "stored": cluster if cluster.pk else None,
        "attempt": typed.attempt,
    }
    return page(request, "clusters/form.html", context, "verdict", status=200 if verdict or not form.errors else 422)


def saved(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Look at the cluster, and go to it."""
    refresh_now(cluster)
    toast(request, f"Cluster {cluster.name} saved.")
    return redirect("cluster", cluster.slug)


@cluster_view("clusters.delete")
def delete(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Delete our record of a cluster, after its name was typed. Kafka itself is not touched."""
    if not cluster.may_be_forgotten:
        return page(request, "clusters/declared.html", {}, status=403)
    typed = request.POST.get("confirm", "")
    if request.method == "POST" and typed == cluster.name:
        changes.forget(request, cluster, changes.plan_forgetting(cluster))
        toast(request, f"Cluster {cluster.name} removed from kafkaadmin. Kafka itself was not changed.")
        return redirect("home")
    context = {"typed": typed, "wrong": request.method == "POST"}
    return page(request, "clusters/delete.html", context, status=422 if context["wrong"] else 200)


@require_POST
@cluster_view("clusters.refresh")
def refresh(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Refresh the cluster now, then go back to the page that asked."""
    if not refresh_now(cluster):
        messages.warning(
            request,
            "The refresh was requested, but no worker has finished it yet. Is `kafkaadmin worker` running?",
        )
    return back_to(request, reverse("cluster", cluster.slug))


@cluster_view("clusters.edit")
def accept_replacement(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Accept the cluster that answers now in place of the known one; what was stored of the old one is dropped."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    changes.accept_replacement(request, cluster, changes.plan_replacement(cluster))
    refresh_now(cluster)
    return redirect("cluster", cluster.slug)
