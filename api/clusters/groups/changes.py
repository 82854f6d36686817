"""Resetting a group's offsets and deleting groups, both through ``clusters.changes``."""

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Query, Schema, Status

from api.clusters.groups.listing import GROUP, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, Change, ConfirmedChangeParams, StepOut, change, require_name, serialize_plan
from api.kit.problems import invalid
from api.kit.types import Body, Line, Text
from clusters.access import topics_in_sight
from clusters.gateway.groups import describing as kafka
from clusters.gateway.groups import removal as group_members
from clusters.gateway.offsets import LARGEST
from clusters.groups import inventory_rows
from clusters.groups.effects import effects
from clusters.groups.member_removal import RemoveMembersForm, require_removable
from clusters.groups.offset_deletion import DeleteOffsetsForm
from clusters.groups.reset import apply_deletion, apply_reset, end_of, planned, reset_form
from clusters.groups.state import standing_of


class ResetIn(Body):
    """Where to reset the offsets of a group without members; of a share group, its start offsets.

    Offsets out of range become the earliest or latest.
    """

    to: Literal["earliest", "latest", "time", "offset", "shift", "duration", "file", "group"]
    topic: Text = Field("", description="Only this topic; it can be one without committed offsets.")
    partitions: list[int] = Field([], description="Only these partitions of the topic.", max_length=1000)
    time: datetime | None = Field(None, description="For `to=time`: the first record since then.")
    offset: int | None = Field(None, description="For `to=offset`.", ge=0, le=LARGEST)
    shift: int | None = Field(
        None, description="For `to=shift`: number of records; negative = backwards.", ge=-LARGEST, le=LARGEST
    )
    duration: Line | None = Field(
        None, max_length=100, description="For `to=duration`, e.g. P1DT2H: the first record since then."
    )
    csv: Text = Field(
        "", description="For `to=file`: lines of topic,partition,offset, as `offsets/export` returns them."
    )
    source: Text = Field("", max_length=512, description="For `to=group`: the group whose offsets to copy.")


class EffectOut(Schema):
    """What a reset does in one partition, at most; null where it is not known where the group reads on."""

    topic: str
    partition: int
    skipped: int | None = Field(description="Records that the group will never consume.")
    again: int | None = Field(description="Records that it will consume again.")


class ResetChange(Change):
    """The new offsets, and what they do in each partition."""

    steps: list[StepOut]
    records: list[EffectOut]


@router.post(f"{GROUP}/reset", response={200: ResetChange}, auth=on_cluster("groups.reset", change=True))
def reset_group(request: ApiRequest, group: str, body: ResetIn, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Reset a group's offsets; in production its name must be confirmed."""
    values = {**body.model_dump(exclude_none=True), "partitions": ",".join(map(str, body.partitions))}
    state, form = reset_form(request, request.cluster, group, values)
    if not form.is_valid():
        raise invalid(form)
    reset = planned(request.cluster, state, form)
    if not reset.plan.steps:
        return Status(200, ResetChange(**serialize_plan(reset.plan, done=not params.dry_run).model_dump(), records=[]))
    require_name(request.cluster, params, params.confirm, group)
    answer = change(
        request,
        params,
        reset.plan,
        lambda: apply_reset(request.cluster, state, reset.offsets),
        after=lambda: inventory_rows.offsets_reset(request.cluster, group, reset),
    )
    records = [
        EffectOut(topic=each.key[0], partition=each.key[1], skipped=each.skipped, again=each.again)
        for each in effects(reset)
    ]
    return Status(200, ResetChange(**answer.value.model_dump(), records=records))


class DeleteOffsetsParams(ConfirmedChangeParams):
    """The offsets to delete."""

    topic: Text = Field(description="One of the group's topics.")
    partitions: list[int] = Field([], description="Only these partitions of the topic.", max_length=1000)


@router.delete(f"{GROUP}/offsets", response=CHANGED, auth=on_cluster("groups.reset", change=True))
def delete_offsets(request: ApiRequest, group: str, params: Query[DeleteOffsetsParams]) -> Status[Any]:
    """Delete a group's offsets of a topic that no member consumes; in production its name must be confirmed."""
    state = standing_of(request.cluster, group, topics_in_sight(request, request.cluster))
    numbers = ",".join(map(str, params.partitions))
    form = DeleteOffsetsForm({"topic": params.topic, "partitions": numbers}, state=state)
    if not form.is_valid():
        raise invalid(form)
    require_name(request.cluster, params, params.confirm, group)
    return change(
        request,
        params,
        form.plan(),
        lambda: apply_deletion(request.cluster, state, form.keys()),
        after=lambda: inventory_rows.offsets_deleted(request.cluster, group, params.topic, whole=not params.partitions),
    )


class RemoveMembersIn(Body):
    """The members to remove, by their ids."""

    members: list[Text] = Field(min_length=1, max_length=10_000)


@router.post(f"{GROUP}/members/remove", response=CHANGED, auth=on_cluster("groups.members", change=True))
def remove_members(
    request: ApiRequest, group: str, body: RemoveMembersIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Remove members from a group; those that still run join again. In production its name must be confirmed."""
    state = standing_of(request.cluster, group, topics_in_sight(request, request.cluster))
    require_removable(state)
    form = RemoveMembersForm({"members": body.members}, state=state)
    if not form.is_valid():
        raise invalid(form)
    require_name(request.cluster, params, params.confirm, group)
    return change(
        request,
        params,
        form.plan(),
        lambda: group_members.remove(request.cluster.connection(), group, form.chosen()),
        after=lambda: None,
    )


@router.delete(GROUP, response=CHANGED, auth=on_cluster("groups.delete", change=True))
def delete_group(request: ApiRequest, group: str, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Delete a group without members, and its offsets; in production its name must be confirmed."""
    plan = end_of(request.cluster, group, topics_in_sight(request, request.cluster))
    require_name(request.cluster, params, params.confirm, group)
    return change(
        request,
        params,
        plan,
        lambda: kafka.delete(request.cluster.connection(), group),
        after=lambda: inventory_rows.deleted(request.cluster, group),
    )
