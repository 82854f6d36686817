"""The controllers of a KRaft cluster, feature levels, and unregistering brokers."""

from functools import partial
from typing import Any

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name
from clusters.gateway import quorum as kafka
from clusters.quorum.plan import ACTION
from clusters.quorum.queries import quorum_state, unregistration
from clusters.quorum.standing import Standing
from clusters.refresh import rows_changed

router = Router(tags=["Brokers"])


class QuorumNode(Schema):
    """A node that has the metadata log, and how far it is behind the leader; null where unknown."""

    node: int
    leader: bool
    address: str = Field(description="A voter's controller listener; empty before Kafka 3.9.")
    directory_id: str
    end_offset: int | None
    lag: int | None = Field(description="Records behind the leader.")
    seconds_behind: float | None


class FeatureOut(Schema):
    """A feature: its level in the cluster, 0 where it is off, and the levels that brokers support."""

    name: str
    level: int
    lowest: int
    highest: int


class QuorumOut(Schema):
    """The quorum as Kafka reports it now."""

    leader: int | None
    epoch: int
    high_watermark: int
    voters: list[QuorumNode]
    observers: list[QuorumNode]
    features: list[FeatureOut]
    brokers_away: list[int] | None = Field(description="Registered but not running; null before Kafka 4.0.")
    problems: list[str]


@router.get("/quorum", response=QuorumOut, auth=on_cluster("brokers.view"))
def show_quorum(request: ApiRequest) -> dict[str, Any]:
    """Show the controllers, how far each is, and the feature levels. Clusters with ZooKeeper have no quorum (501)."""
    state = quorum_state(request.cluster)
    return {
        "leader": state.quorum.leader,
        "epoch": state.quorum.epoch,
        "high_watermark": state.quorum.high_watermark,
        "voters": list(map(serialize_node, state.voters)),
        "observers": list(map(serialize_node, state.observers)),
        "features": [
            FeatureOut(name=each.name, level=each.level, lowest=each.lowest, highest=each.highest)
            for each in state.features
        ],
        "brokers_away": None if state.away is None else list(state.away),
        "problems": state.problems,
    }


def serialize_node(node: Standing) -> dict[str, Any]:
    return {
        "node": node.replica.node_id,
        "leader": node.is_leader,
        "address": node.replica.address,
        "directory_id": node.replica.directory_id,
        "end_offset": node.replica.end_offset,
        "lag": node.records,
        "seconds_behind": node.seconds,
    }


@router.post("/brokers/{int:broker}/unregister", response=CHANGED, auth=on_cluster(ACTION, change=True))
def unregister_broker(request: ApiRequest, broker: int, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Have the controllers forget a broker that was taken away; in production the cluster name must be confirmed."""
    cluster = request.cluster
    planned = unregistration(cluster, broker)
    require_name(cluster, params, params.confirm, cluster.name)

    def refresh_rows() -> None:
        with rows_changed(cluster):
            pass

    forget = partial(kafka.unregister, cluster.connection(), broker)
    return change(request, params, planned, forget, after=refresh_rows)
