"""Changes to topics, all through ``clusters.changes``."""

from collections.abc import Callable
from typing import Any

from ninja import Field, Query, Status

from api.clusters.topics.listing import TOPIC, TOPICS, router
from api.kit.access import ApiRequest, demand, on_cluster
from api.kit.changes import (
    CHANGED,
    CREATED,
    Change,
    ChangeParams,
    ConfirmedChangeParams,
    change,
    require_name,
    serialize_plan,
)
from api.kit.problems import Refused, invalid
from api.kit.types import Body, Configs, Key, Text, lines
from clusters.access import may_exist, sees
from clusters.approvals.gate import require_approval_of_all
from clusters.gateway import configs as kafka_configs
from clusters.gateway import topics as kafka
from clusters.topics import plan, rows
from clusters.topics.cloning import like
from clusters.topics.forms import NewTopicForm, PartitionsForm, TopicConfigsForm
from clusters.topics.planning import plan_configs, plan_creation
from clusters.topics.queries import deletion_plan
from core.plan import Plan

MOST_AT_ONCE = 100


class NewTopicIn(Body):
    """A topic to be created; what is not given is that of the topic that it shall be like."""

    name: Text = Field(max_length=249)
    partitions: int | None = Field(None, description="Required without `like`.")
    replication_factor: int | None = Field(None, description="Required without `like`.")
    configs: Configs = {}
    like: Text = Field("", max_length=249, description="A topic whose partitions, replicas and own configs to take.")


class ConfigsIn(Body):
    """Configs to set, and configs to reset to their default; others stay unchanged.

    Times and sizes may have a unit: `7 d`, `10 MiB`.
    """

    set: Configs = {}
    reset: list[Key] = []


class PartitionsIn(Body):
    """The new number of partitions of a topic."""

    partitions: int = Field(description="New total; more than the current number.")


class TopicsIn(Body):
    """Topics by name."""

    names: list[Text] = Field(min_length=1, max_length=MOST_AT_ONCE)
    confirm: Text = Field("", description="The cluster name; required in production.")


@router.post(TOPICS, response=CREATED, auth=on_cluster("topics.create", change=True))
def create_topic(request: ApiRequest, body: NewTopicIn, params: Query[ChangeParams]) -> Status[Any]:
    """Create a topic. In a dry run, Kafka validates the values, too."""
    connection = request.cluster.connection()
    form = NewTopicForm(values_of(request, body))
    if not form.is_valid():
        raise invalid(form)
    topic = form.topic()
    return change(
        request,
        params,
        plan_creation(connection, topic),
        lambda: kafka.create(connection, topic),
        after=lambda: rows.topic_created(request.cluster, topic),
        trial=lambda: kafka.create(connection, topic, validate_only=True),
        status=201,
    )


def values_of(request: ApiRequest, body: NewTopicIn) -> dict[str, Any]:
    """Return what the form for a new topic takes."""
    given = body.model_dump(exclude_none=True, exclude={"configs", "like"})
    if not body.like:
        return {**given, "configs": lines(body.configs)}
    demand(request, request.cluster, "topics.view", body.like)
    if not may_exist(body.like):
        raise Refused(404, "There is no such topic: this is not a legal topic name.")
    source = like(request.cluster.connection(), body.like, body.name)
    configs = lines({**source.configs, **body.configs})
    copied = {"partitions": source.partitions, "replication_factor": source.replication_factor}
    return {**copied, **given, "configs": configs}


@router.post(f"{TOPIC}/partitions", response=CHANGED, auth=on_cluster("topics.partitions", change=True))
def add_partitions(request: ApiRequest, topic: str, body: PartitionsIn, params: Query[ChangeParams]) -> Status[Any]:
    """Add partitions to a topic."""
    connection = request.cluster.connection()
    present = len(kafka.describe(connection, topic).partitions)
    form = PartitionsForm(body.model_dump(), present=present)
    if not form.is_valid():
        raise invalid(form)
    total = body.partitions
    return change(
        request,
        params,
        plan.add_partitions(topic, present, total),
        lambda: kafka.add_partitions(connection, topic, total),
        after=lambda: rows.partitions_added(request.cluster, topic, total),
        trial=lambda: kafka.add_partitions(connection, topic, total, validate_only=True),
    )


@router.patch(f"{TOPIC}/configs", response=CHANGED, auth=on_cluster("topics.configure", change=True))
def change_configs(
    request: ApiRequest, topic: str, body: ConfigsIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Set configs of a topic, and reset others to their default. In a dry run, Kafka validates the values, too.

    In production, the topic name must be confirmed if records may be deleted.
    """
    connection = request.cluster.connection()
    entries = kafka_configs.describe_topic(connection, topic)
    form = TopicConfigsForm({"configs": lines(body.set), "reset": body.reset}, entries=entries)
    if not form.is_valid():
        raise invalid(form)
    values = form.cleaned_data["configs"]
    planned = plan_configs(connection, topic, entries, values, body.reset)
    if not planned.steps:
        return Status(200, serialize_plan(planned, done=not params.dry_run))
    if planned.destructive:
        require_name(request.cluster, params, params.confirm, topic)
    changed_values = {key: value for key, value in values.items() if key in {step.subject for step in planned.steps}}
    return change(
        request,
        params,
        planned,
        lambda: kafka_configs.alter_topic(connection, topic, set=changed_values, delete=body.reset),
        after=lambda: rows.configs_changed(request.cluster, topic),
        trial=lambda: kafka_configs.alter_topic(
            connection, topic, set=changed_values, delete=body.reset, validate_only=True
        ),
    )


def delete_planned(request: ApiRequest, params: ChangeParams, planned: Plan) -> Status[Any]:
    """Delete the topic of a plan, and remove it from the list."""
    topic, cluster = planned.resource, request.cluster
    return change(
        request,
        params,
        planned,
        lambda: kafka.delete(cluster.connection(), topic),
        after=lambda: rows.topic_deleted(cluster, topic),
    )


def visible_groups(request: ApiRequest) -> Callable[[str], bool]:
    """Return what tells whether the token's owner may see a group."""
    return lambda group: sees(request, request.cluster, "groups.view", group)


@router.delete(TOPIC, response=CHANGED, auth=on_cluster("topics.delete", change=True))
def delete_topic(request: ApiRequest, topic: str, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Delete a topic; in production its name must be confirmed."""
    planned = deletion_plan(request.cluster, topic, visible_groups(request))
    require_name(request.cluster, params, params.confirm, topic)
    return delete_planned(request, params, planned)


@router.post(
    "/delete-topics",
    response={200: list[Change]},
    auth=on_cluster("topics.delete", change=True),
)
def delete_topics(request: ApiRequest, body: TopicsIn, params: Query[ChangeParams]) -> list[Any]:
    """Delete several topics, one after another; stops at the first failure, which the problem names."""
    if params.plan:
        raise Refused(422, "There is one plan per topic.", errors={"plan": ["Omit it."]})
    names = list(dict.fromkeys(body.names))
    for name in names:
        demand(request, request.cluster, "topics.delete", name, change=True)
    plans = [deletion_plan(request.cluster, name, visible_groups(request)) for name in names]
    require_name(request.cluster, params, body.confirm, request.cluster.name)
    if not params.dry_run:
        require_approval_of_all(request, request.cluster, plans)
    return [delete_planned(request, params, planned).value for planned in plans]
