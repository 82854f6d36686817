"""Deleting a topic's records, through ``clusters.changes``."""

from datetime import datetime
from functools import partial
from typing import Any, Literal

from ninja import Field, Query, Status

from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.problems import invalid
from api.kit.types import Body, Text
from clusters.access import sees
from clusters.gateway import topics as kafka
from clusters.gateway.offsets import LARGEST
from clusters.gateway.writing.truncation import delete_before
from clusters.topics import rows
from clusters.topics.records_deletion import DeleteRecordsForm, planned


class DeleteRecordsIn(Body):
    """Which records to delete: those before an offset or a time, or all of them."""

    before: Literal["offset", "time", "end"] = Field(description="`end` deletes all records.")
    offset: int | None = Field(None, ge=0, le=LARGEST, description="The first offset that is kept.")
    time: datetime | None = Field(None, description="Records before the first one since this time are deleted.")
    partitions: Text = Field("", max_length=1000, description="E.g. `0,3-5`; all by default.")


@router.post(f"{TOPIC}/messages/delete", response=CHANGED, auth=on_cluster("messages.delete", change=True))
def delete_records(
    request: ApiRequest, topic: str, body: DeleteRecordsIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Delete records by moving the log start offset of partitions; in production the topic name must be confirmed.

    `after` of each step is the first offset that is kept. Kafka refuses it for compacted topics without `delete`.
    """
    cluster = request.cluster
    description = kafka.describe(cluster.connection(), topic)
    present = {partition.id for partition in description.partitions}
    form = DeleteRecordsForm(body.model_dump(exclude_none=True), present=present)
    if not form.is_valid():
        raise invalid(form)
    require_name(cluster, params, params.confirm, topic)
    deletion = planned(cluster, description, form, partial(sees, request, cluster, "groups.view"))
    if not deletion.plan.steps:
        return Status(200, serialize_plan(deletion.plan, done=not params.dry_run))
    before = {(topic, number): offset for number, offset in deletion.starts.items()}
    return change(
        request,
        params,
        deletion.plan,
        partial(delete_before, cluster.connection(), before),
        after=lambda: rows.records_deleted(cluster, topic, deletion.lost),
    )
