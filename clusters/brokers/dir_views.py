"""Moving replicas between the log directories of a broker: what is being moved, and the plan for more."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view, topics_in_sight
from clusters.brokers.dir_queries import move_planned, planned_move
from clusters.brokers.forms import MoveReplicasForm
from clusters.brokers.queries import broker_row
from clusters.changes import applies, apply_confirmed, check
from clusters.form_fields import is_named
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.reassigning import log_dirs
from clusters.models import Cluster
from core.plan import Plan
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCHANGED = "No change: these replicas are in that directory."


@cluster_view("topics.reassign", change=True)
def move_replicas(request: HttpRequest, cluster: Cluster, broker: int) -> HttpResponse:
    """Show what is being moved between a broker's directories, and move replicas of a topic."""
    broker_row(cluster, broker)
    directories = log_dirs.read(cluster.connection(), broker)
    form = MoveReplicasForm(
        request.POST or None, dirs=directories.dirs, initial={"topic": request.GET.get("topic", "")}
    )
    plan: Plan | None = None
    if form.is_valid():
        try:
            plan = planned_move(cluster, broker, directories, *form.choice())
            check(request, cluster, plan)
            if not plan.steps:
                form.add_error(None, UNCHANGED)
            elif applies(request) and is_named(cluster, form, "cluster", cluster.name):
                return moved(request, cluster, broker, plan, form)
        except KafkaFailure as failure:
            form.show_refusal(failure)
            plan = None
    can_see = topics_in_sight(request, cluster)
    moving = [item for item in directories.replicas if item.future_path and can_see(item.topic)]
    context = {"form": form, "plan": plan if plan and plan.steps else None, "broker": broker, "moving": moving,
               "ask_name": cluster.is_production, "dirs": directories.dirs}  # fmt: skip
    part = "moving" if request.method == "GET" else "plan"
    return page(request, "brokers/move_replicas.html", context, part, status=422 if form.errors else 200)


def moved(request: HttpRequest, cluster: Cluster, broker: int, plan: Plan, form: MoveReplicasForm) -> HttpResponse:
    """Have the broker begin with what was confirmed.

    Raises:
        KafkaFailure: it changed in the meantime, or the broker refused.
    """
    apply = partial(move_planned, cluster, broker, *form.choice())
    apply_confirmed(request, cluster, plan, apply)
    toast(request, f"Broker {broker} moves {plural(len(plan.steps), 'replica')}.")
    return redirect(reverse("broker-move-replicas", cluster.slug, broker))
