"""Moving replicas between the log directories of a broker."""

from functools import partial
from typing import Any

from ninja import Field, Query, Schema, Status

from api.clusters.brokers.listing import BROKERS, router
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name, serialize_plan
from api.kit.problems import invalid
from api.kit.types import Body, Line, Text
from clusters.access import topics_in_sight
from clusters.brokers.dir_queries import move_planned, planned_move
from clusters.brokers.forms import MoveReplicasForm
from clusters.brokers.queries import broker_row
from clusters.changes import check
from clusters.gateway.reassigning import log_dirs


class MovingReplicaOut(Schema):
    """A replica that a broker moves to another of its directories."""

    topic: str
    partition: int
    path: str
    future_path: str
    size: int
    future_size: int


class MovingReplicasOut(Schema):
    """All replicas that a broker moves."""

    items: list[MovingReplicaOut]


class MoveReplicasIn(Body):
    """A topic's replicas on the broker, and the directory to move them to."""

    topic: Text = Field(max_length=249)
    partitions: list[int] = Field([], max_length=1000, description="Only these partitions; all if empty.")
    path: Line = Field(max_length=4096, description="One of the broker's log directories.")


@router.get(f"{BROKERS}/{{int:broker}}/moving-replicas", response=MovingReplicasOut, auth=on_cluster("brokers.view"))
def moving_replicas(request: ApiRequest, broker: int) -> dict[str, Any]:
    """List the replicas that a broker moves between its log directories."""
    broker_row(request.cluster, broker)
    can_see = topics_in_sight(request, request.cluster)
    replicas = log_dirs.read(request.cluster.connection(), broker).replicas
    names = ("topic", "path", "future_path", "size", "future_size")
    return {
        "items": [
            {**{name: getattr(item, name) for name in names}, "partition": item.number}
            for item in replicas
            if item.future_path and can_see(item.topic)
        ]
    }


@router.post(
    f"{BROKERS}/{{int:broker}}/move-replicas", response=CHANGED, auth=on_cluster("topics.reassign", change=True)
)
def move_replicas(
    request: ApiRequest, broker: int, body: MoveReplicasIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Have a broker move replicas to another log directory; in production the cluster name must be confirmed."""
    cluster = request.cluster
    broker_row(cluster, broker)
    directories = log_dirs.read(cluster.connection(), broker)
    form = MoveReplicasForm(
        {"topic": body.topic, "partitions": ",".join(map(str, body.partitions)), "path": body.path},
        dirs=directories.dirs,
    )
    if not form.is_valid():
        raise invalid(form)
    plan = planned_move(cluster, broker, directories, *form.choice())
    if not plan.steps:
        check(request, cluster, plan)
        return Status(200, serialize_plan(plan, done=not params.dry_run))
    require_name(cluster, params, params.confirm, cluster.name)
    apply = partial(move_planned, cluster, broker, *form.choice())
    return change(request, params, plan, apply, after=lambda: None)
