"""Recreating a topic: the plan, the typed name, and what to do if it is gone afterwards."""

from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view, sees
from clusters.changes import apply_confirmed
from clusters.form_fields import KafkaErrorForm
from clusters.gateway.errors import Conflict
from clusters.models import Cluster
from clusters.topics import recreating, rows
from clusters.topics.recreating import RecreationFailed, plan_recreation, recreated, situation_of
from clusters.topics.recreation_plan import Situation, members
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


class RecreationForm(KafkaErrorForm):
    under_members = forms.BooleanField(required=False, label="Recreate it although groups have active members")


@cluster_view("topics.recreate", change=True)
def recreate(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show what recreating a topic does, or do it once its name is typed."""
    can_see_group = partial(sees, request, cluster, "groups.view")
    situation = situation_of(cluster, topic, can_see_group)
    form = RecreationForm(request.POST)
    form.full_clean()
    typed, applies = request.POST.get("confirm", ""), request.POST.get("action") == "apply"
    planned: Plan | None = None
    try:
        planned = plan_recreation(cluster, situation, can_see_group, **form.cleaned_data)
        if applies and typed == topic:
            return apply(request, cluster, situation, planned)
        recreating.try_out(cluster.connection(), situation.definition)
    except RecreationFailed as failure:
        rows.topic_deleted(cluster, topic)
        return page(request, "topics/recreation_failed.html", {"topic": topic, "failure": failure}, status=502)
    except Conflict as conflict:
        form.show_refusal(conflict)
        planned = None
    wrong = applies and typed != topic
    context = {
        "topic": topic, "form": form, "plan": planned, "typed": typed, "wrong": wrong,
        "has_members": bool(members(situation)),
    }  # fmt: skip
    return page(request, "topics/recreate.html", context, status=422 if wrong or (form.errors and applies) else 200)


def apply(request: HttpRequest, cluster: Cluster, situation: Situation, planned: Plan) -> HttpResponse:
    """Recreate the topic, unless the plan is not the one that was confirmed.

    Raises:
        Conflict: it changed meanwhile, or Kafka would refuse the definition.
        RecreationFailed: the topic is gone.
    """
    topic, definition = situation.topic, situation.definition
    change = partial(recreating.recreate, cluster.connection(), topic, definition)
    apply_confirmed(request, cluster, planned, change)
    recreated(cluster, definition)
    toast(request, f"Topic {topic.name} recreated.")
    return redirect(reverse("topic", cluster.slug, topic.name))
