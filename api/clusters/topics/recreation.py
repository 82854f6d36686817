"""Recreating a topic: deleted with its records, and created again as it was."""

from functools import partial
from typing import Any

from ninja import Field, Query, Status

from api.clusters.topics.changes import visible_groups
from api.clusters.topics.listing import TOPIC, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name
from api.kit.problems import Refused
from api.kit.types import Body
from clusters.topics import recreating, rows
from clusters.topics.recreating import RecreationFailed, plan_recreation, recreated, situation_of
from clusters.topics.recreation_plan import ACTION

UNCONFIRMED = "Its records are deleted: pass the topic's name in confirm."


class RecreationIn(Body):
    """Under which circumstances a topic is recreated."""

    under_members: bool = Field(False, description="Also while groups that read it have active members.")


@router.post(f"{TOPIC}/recreate", response=CHANGED, auth=on_cluster(ACTION, change=True))
def recreate_topic(
    request: ApiRequest, topic: str, body: RecreationIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Delete a topic and create it again with the same partitions, replicas and own configs. `confirm` is required.

    Refused while it is reassigned, or a broker with its replicas is down. If it cannot be created again, the problem
    has the command that does so.
    """
    cluster, connection = request.cluster, request.cluster.connection()
    situation = situation_of(cluster, topic, visible_groups(request))
    planned = plan_recreation(cluster, situation, visible_groups(request), under_members=body.under_members)
    require_name(cluster, params, params.confirm, topic)
    if not params.dry_run and not params.confirm:
        raise Refused(422, UNCONFIRMED, errors={"confirm": [UNCONFIRMED]})
    try:
        return change(
            request,
            params,
            planned,
            partial(recreating.recreate, connection, situation.topic, situation.definition),
            after=partial(recreated, cluster, situation.definition),
            trial=partial(recreating.try_out, connection, situation.definition),
        )
    except RecreationFailed:
        rows.topic_deleted(cluster, topic)
        raise
