"""Changing topics, each through ``apply_change``. A POST with ``action=preview`` only shows the plan."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import AuditEntry
from clusters.access import ClusterRequest, cluster_view, may_exist, objection, sees
from clusters.changes import apply_confirmed
from clusters.configs.page import ConfigResource, config_table, data_of
from clusters.configs.table import filters_of
from clusters.gateway import configs as kafka_configs
from clusters.gateway import topics as kafka
from clusters.gateway.configs import TOPIC, ConfigEntry
from clusters.gateway.errors import KafkaFailure, NotAuthorized, NotFound
from clusters.models import Cluster
from clusters.topics import plan, rows
from clusters.topics.cloning import like
from clusters.topics.forms import NewTopicForm, PartitionsForm, TopicConfigsForm, initial_of
from clusters.topics.plan import OWN_SOURCE
from clusters.topics.planning import plan_configs, plan_creation
from clusters.topics.queries import deletion_plan
from clusters.undo import undo_url
from core.plan import Plan
from core.web.lists import parameter
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCONFIRMED = "Production, and records may be deleted: type the topic name to confirm."


def unconfirmed(request: HttpRequest, cluster: Cluster, planned: Plan) -> bool:
    """Tell whether a production cluster still requires the typed name for a destructive change."""
    return planned.destructive and cluster.is_production and request.POST.get("confirm", "") != planned.resource


def preview(request: HttpRequest) -> bool:
    """Tell whether the person only asked for the plan."""
    return request.method != "POST" or request.POST.get("action") == "preview"


@cluster_view("topics.create", change=True)
def create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Create a topic; the address may name one that the form is filled in from."""
    source = parameter(request, "clone")
    form = NewTopicForm(request.POST or None, initial=clone_of(request, cluster, source) if source else None)
    planned: Plan | None = None
    if form.is_valid():
        topic = form.topic()
        planned = plan_creation(cluster.connection(), topic)
        try:
            if preview(request):
                kafka.create(cluster.connection(), topic, validate_only=True)
            else:
                create_topic = partial(kafka.create, cluster.connection(), topic)
                apply_confirmed(request, cluster, planned, create_topic)
                rows.topic_created(cluster, topic)
                path = reverse("topic-produce", cluster.slug, topic.name)
                tell_done(request, f"Topic {topic.name} created.", planned, "Produce a record", path)
                return redirect(reverse("topic", cluster.slug, topic.name))
        except KafkaFailure as failure:
            form.show_refusal(failure)
            planned = None
    context = {"form": form, "plan": planned, "source": source}
    return page(request, "topics/new.html", context, "plan", status=422 if form.errors else 200)


def clone_of(request: HttpRequest, cluster: Cluster, source: str) -> dict[str, object]:
    """Return what the form shows for a topic like another one.

    Raises:
        NotAuthorized: no grant covers the other one.
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    if reason := objection(request, "topics.view", cluster, source, change=False):
        raise NotAuthorized(reason)
    if not may_exist(source):
        raise NotFound("This is not a legal topic name.", "Check the name.")
    return initial_of(like(cluster.connection(), source, f"{source}-copy"))


@cluster_view("topics.partitions", change=True)
def add_partitions(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    connection = cluster.connection()
    present = len(kafka.describe(connection, topic).partitions)
    form = PartitionsForm(request.POST or None, present=present)
    planned: Plan | None = None
    if form.is_valid():
        total = form.cleaned_data["partitions"]
        planned = plan.add_partitions(topic, present, total)
        try:
            if preview(request):
                kafka.add_partitions(connection, topic, total, validate_only=True)
            else:
                add = partial(kafka.add_partitions, connection, topic, total)
                apply_confirmed(request, cluster, planned, add)
                rows.partitions_added(cluster, topic, total)
                toast(request, f"Topic {topic} now has {total} partitions.")
                return redirect(reverse("topic", cluster.slug, topic))
        except KafkaFailure as failure:
            form.show_refusal(failure)
            planned = None
    context = {"topic": topic, "form": form, "plan": planned, "present": present}
    return page(request, "topics/add_partitions.html", context, "plan", status=422 if form.errors else 200)


@cluster_view("topics.delete", change=True)
def delete(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    planned = deletion_plan(cluster, topic, lambda group: sees(request, cluster, "groups.view", group))
    typed = request.POST.get("confirm", "")
    if request.method == "POST" and typed == topic:
        remove = partial(kafka.delete, cluster.connection(), topic)
        apply_confirmed(request, cluster, planned, remove)
        rows.topic_deleted(cluster, topic)
        toast(request, f"Topic {topic} deleted.")
        return redirect(reverse("topics", cluster.slug))
    wrong = request.method == "POST"
    context = {"noun": "topic", "name": topic, "plan": planned, "typed": typed, "wrong": wrong}
    return page(request, "parts/delete.html", context, status=422 if wrong else 200)


def config_resource(topic: str) -> ConfigResource:
    return ConfigResource(TOPIC, topic, OWN_SOURCE, "topics.configure", audited_as=topic)


@cluster_view("topics.view")
def configure(request: ClusterRequest, cluster: Cluster, topic: str) -> HttpResponseBase:
    """Show a topic's configs; change or reset some of them, or plan to restore one."""
    entries = kafka_configs.describe_topic(cluster.connection(), topic)
    data = data_of(request, config_resource(topic), entries)
    form = TopicConfigsForm(data, entries=entries)
    if request.method == "POST" or data:
        return change_configs(request, cluster=cluster.slug, topic=topic, form=form, entries=entries)
    return configs_page(request, topic, form, entries, None)


@cluster_view("topics.configure", change=True)
def change_configs(
    request: ClusterRequest, cluster: Cluster, topic: str, form: TopicConfigsForm, entries: tuple[ConfigEntry, ...]
) -> HttpResponse:
    """Plan, or apply, new values and resets."""
    planned: Plan | None = None
    if form.is_valid():
        changed, reset = form.cleaned_data["configs"], form.cleaned_data["reset"]
        try:
            planned = plan_configs(cluster.connection(), topic, entries, changed, reset)
            if not planned.steps:
                form.add_error(None, "No change: set a config, or tick one to reset.")
            elif preview(request):
                alter(cluster, planned, changed, reset, validate_only=True)
            elif unconfirmed(request, cluster, planned):
                form.add_error("confirm", UNCONFIRMED)
            else:
                entry = apply_configs(request, cluster, planned, changed, reset)
                tell_done(request, f"Configuration of {topic} updated.", planned, "Undo…", undo_url(entry))
                return redirect(reverse("topic-configs", cluster.slug, topic, query=filters_of(request).query))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    return configs_page(request, topic, form, entries, planned)


def apply_configs(
    request: HttpRequest, cluster: Cluster, planned: Plan, changed: dict[str, str], reset: list[str]
) -> AuditEntry:
    """Apply the change, unless the configs changed since the person confirmed the plan."""
    entry = apply_confirmed(request, cluster, planned, lambda: alter(cluster, planned, changed, reset))
    rows.configs_changed(cluster, planned.resource)
    return entry


def alter(
    cluster: Cluster, planned: Plan, changed: dict[str, str], reset: list[str], *, validate_only: bool = False
) -> None:
    """Have Kafka make, or only check, what a plan changes."""
    planned_keys = {step.subject for step in planned.steps}
    new_values = {key: value for key, value in changed.items() if key in planned_keys}
    kafka_configs.alter_topic(
        cluster.connection(), planned.resource, set=new_values, delete=reset, validate_only=validate_only
    )


def tell_done(request: HttpRequest, sentence: str, planned: Plan, label: str = "", url: str = "") -> None:
    """Have the next page say what was done, and what to mind: the plan may not have been shown before."""
    toast(request, sentence, label, url)
    for warning in planned.warnings:
        messages.warning(request, warning)


def configs_page(
    request: ClusterRequest,
    topic: str,
    form: TopicConfigsForm,
    entries: tuple[ConfigEntry, ...],
    planned: Plan | None,
) -> HttpResponse:
    """Render the configs with the form and, if there is one, the plan."""
    context = {
        "topic": topic,
        "plan": None if form.errors else planned,
        "ask_name": bool(planned and planned.destructive and request.cluster.is_production),
        **config_table(request, config_resource(topic), form, entries),
    }
    return page(request, "topics/configs.html", context, "configs", status=422 if form.errors else 200)
