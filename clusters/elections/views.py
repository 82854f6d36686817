"""Electing preferred leaders, through ``apply_change``: a POST shows the plan, one from the shown plan applies it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import applies, apply_confirmed, check
from clusters.elections.forms import ElectionForm
from clusters.elections.plan import Election
from clusters.elections.queries import planned
from clusters.form_fields import is_named
from clusters.gateway import elections as kafka
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster
from clusters.refresh import rows_changed
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCHANGED = "No change: the preferred replicas lead already, or are not in sync."


@cluster_view("topics.elect", change=True)
def elect(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Elect the preferred leaders of a topic, or of all topics, which needs a grant on all resources."""
    form = ElectionForm(request.POST or None, initial={"topic": request.GET.get("topic", "")})
    election: Election | None = None
    if form.is_valid():
        try:
            election = planned(cluster, **form.choice())
            if not election.plan.steps:
                form.add_error(None, " ".join([UNCHANGED, *election.plan.warnings]))
            elif applies(request) and is_named(cluster, form, "cluster", cluster.name):
                return elected(request, cluster, election, form.cleaned_data["topic"])
            check(request, cluster, election.plan)
        except KafkaFailure as failure:
            form.show_refusal(failure)
            election = None
    plan = election.plan if election and election.plan.steps else None
    context = {"form": form, "plan": plan, "ask_name": cluster.is_production}
    return page(request, "elections/elect.html", context, "plan", status=422 if form.errors else 200)


def elected(request: HttpRequest, cluster: Cluster, election: Election, topic: str) -> HttpResponse:
    """Hold an election that was confirmed, and have the brokers' lists refreshed.

    Raises:
        KafkaFailure: it changed in the meantime, or Kafka refused.
    """
    hold = partial(kafka.elect_preferred, cluster.connection(), election.leaders)
    apply_confirmed(request, cluster, election.plan, hold)
    with rows_changed(cluster):
        pass  # the next run, which this brings forward, counts the leaders
    toast(request, f"Leaders of {plural(len(election.leaders), 'partition')} elected.")
    return redirect(reverse("topic", cluster.slug, topic) if topic else reverse("brokers", cluster.slug))
