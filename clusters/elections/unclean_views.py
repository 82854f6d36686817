"""Electing out-of-sync leaders, after what may be lost was shown and the topic's name was typed."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import apply_confirmed, check
from clusters.elections.queries import planned_unclean
from clusters.gateway import elections as kafka
from clusters.models import Cluster
from clusters.refresh import rows_changed
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("topics.unclean", change=True)
def elect_unclean(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show what an unclean election would do to a topic's partitions without a leader, or hold it."""
    election = planned_unclean(cluster, topic)
    typed, applies = request.POST.get("confirm", ""), request.method == "POST"
    if not (applies and typed == topic and election.plan.steps):
        check(request, cluster, election.plan)
        context = {"topic": topic, "plan": election.plan, "typed": typed, "wrong": applies and typed != topic}
        return page(request, "elections/unclean.html", context, status=422 if applies else 200)
    hold = partial(kafka.elect_unclean, cluster.connection(), election.leaders)
    apply_confirmed(request, cluster, election.plan, hold)
    with rows_changed(cluster):
        pass  # the next run, which this brings forward, counts the leaders
    toast(request, f"Leaders of {plural(len(election.leaders), 'partition')} elected.")
    return redirect(reverse("topic", cluster.slug, topic))
