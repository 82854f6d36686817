"""Pages of the quorum, and unregistering a broker."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import apply_confirmed, check
from clusters.form_fields import KafkaErrorForm, is_named, typed_name
from clusters.gateway.errors import KafkaFailure, Unsupported
from clusters.gateway.kraft import api_versions as kafka_versions
from clusters.gateway.kraft import quorum as kafka
from clusters.models import Cluster
from clusters.quorum.api_versions import api_rows
from clusters.quorum.plan import ACTION
from clusters.quorum.queries import quorum_state, unregistration
from clusters.refresh import rows_changed
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


class UnregisterForm(KafkaErrorForm):
    """Production's confirmation; there is nothing else to enter."""

    confirm = typed_name("cluster")


@cluster_view("brokers.view")
def quorum(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show the controllers and how far they are, feature levels, and brokers that are away."""
    context: dict[str, Any] = {}
    try:
        context["state"] = quorum_state(cluster)
    except Unsupported as failure:
        context["absence"] = failure.sentence
    return page(request, "quorum/quorum.html", context, "rows")


@cluster_view("brokers.view")
def api_versions(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show which versions of each API brokers speak: those in which they differ, or all."""
    described = kafka_versions.describe(cluster.connection())
    shows_all = request.GET.get("all") == "1"
    context = {
        "brokers": [each.broker for each in described.items],
        "rows": api_rows(described.items, differing=not shows_all),
        "shows_all": shows_all,
        "problems": described.failures,
    }
    return page(request, "quorum/api_versions.html", context)


@cluster_view(ACTION, change=True)
def unregister(request: HttpRequest, cluster: Cluster, broker: int) -> HttpResponse:
    """Have the controllers forget a broker: the first look shows the plan, confirming it applies it."""
    form = UnregisterForm(request.POST or None)
    planned: Plan | None = None
    try:
        planned = unregistration(cluster, broker)
        check(request, cluster, planned)
        if request.method == "POST" and form.is_valid() and is_named(cluster, form, "cluster", cluster.name):
            return unregistered(request, cluster, broker, planned)
    except KafkaFailure as failure:
        form = form if form.is_bound else UnregisterForm({})
        form.is_valid()
        form.show_refusal(failure)
    context = {"form": form, "plan": planned, "broker": broker, "ask_name": cluster.is_production}
    return page(request, "quorum/unregister.html", context, status=422 if form.errors else 200)


def unregistered(request: HttpRequest, cluster: Cluster, broker: int, planned: Plan) -> HttpResponse:
    """Unregister a broker, as it was confirmed.

    Raises:
        KafkaFailure: it changed in the meantime, or Kafka refused.
    """
    forget = partial(kafka.unregister, cluster.connection(), broker)
    apply_confirmed(request, cluster, planned, forget)
    with rows_changed(cluster):
        pass  # the next run, which this brings forward, lists who is left
    toast(request, f"Broker {broker} unregistered.")
    return redirect(reverse("quorum", cluster.slug))
