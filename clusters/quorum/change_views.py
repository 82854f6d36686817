"""Changing who votes, and feature levels, each through ``apply_change``."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import applies, apply_confirmed, check
from clusters.form_fields import is_named
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.kraft import features as kafka_features
from clusters.gateway.kraft import voters as kafka
from clusters.models import Cluster
from clusters.quorum import features, voters
from clusters.quorum.forms import AddVoterForm, ConfirmForm, FeatureForm
from clusters.quorum.queries import feature_of, removal_of, voting_state
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view(voters.ACTION, change=True)
def add_voter(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Add an observer to the voters: a POST shows the plan, and a POST from the shown plan applies it."""
    state = voting_state(cluster)
    form = AddVoterForm(request.POST or None, observers=state.observers, voters=state.voters)
    planned: Plan | None = None
    if form.is_valid():
        voter = form.voter()
        planned = voters.add(voter, form.chosen(), state.voters)
        try:
            check(request, cluster, planned)
            if applies(request) and is_named(cluster, form, "cluster", cluster.name):
                write = partial(kafka.add, cluster.connection(), voter)
                apply_confirmed(request, cluster, planned, write)
                toast(request, f"Controller {voter.node_id} added.")
                return redirect(reverse("quorum", cluster.slug))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "plan": planned, "observers": state.observers, "ask_name": cluster.is_production}
    return page(request, "quorum/add_voter.html", context, "plan", status=422 if form.errors else 200)


@cluster_view(voters.ACTION, change=True)
def remove_voter(request: HttpRequest, cluster: Cluster, node: int) -> HttpResponse:
    """Remove a controller from the voters: the first look shows the plan, confirming it applies it."""
    voter, planned = removal_of(cluster, node)
    check(request, cluster, planned)
    form = ConfirmForm(request.POST or None)
    if form.is_valid() and is_named(cluster, form, "cluster", cluster.name):
        try:
            write = partial(kafka.remove, cluster.connection(), voter)
            apply_confirmed(request, cluster, planned, write)
            toast(request, f"Controller {node} removed.")
            return redirect(reverse("quorum", cluster.slug))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"form": form, "plan": planned, "node": node, "ask_name": cluster.is_production}
    return page(request, "quorum/remove_voter.html", context, status=422 if form.errors else 200)


@cluster_view(features.ACTION, change=True)
def feature_level(request: HttpRequest, cluster: Cluster, feature: str) -> HttpResponse:
    """Raise or lower a feature's level; Kafka validates it before the plan is shown."""
    present = feature_of(cluster, feature)
    form = FeatureForm(request.POST or None, feature=present)
    planned: Plan | None = None
    if form.is_valid():
        level = form.cleaned_data["level"]
        planned = features.update(present, level)
        write = partial(kafka_features.update, cluster.connection(), feature, level, lower=level < present.level)
        try:
            if applies(request) and is_named(cluster, form, "cluster", cluster.name):
                apply_confirmed(request, cluster, planned, write)
                toast(request, f"{feature} set to {features.words(feature, level)}.")
                return redirect(reverse("quorum", cluster.slug))
            check(request, cluster, planned)
            write(validate_only=True)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {
        "form": form,
        "feature": present,
        "present": features.words(feature, present.level),
        "plan": None if form.errors and not form.has_error("confirm") else planned,
        "ask_name": cluster.is_production,
    }
    return page(request, "quorum/feature.html", context, "plan", status=422 if form.errors else 200)
