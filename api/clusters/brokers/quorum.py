"""The controllers of a KRaft cluster, feature levels, and unregistering brokers."""

from functools import partial
from typing import Any

from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ConfirmedChangeParams, change, require_name
from api.kit.problems import invalid
from api.kit.types import Body, Line
from clusters.gateway.kraft import api_versions as kafka_versions
from clusters.gateway.kraft import features as kafka_features
from clusters.gateway.kraft import quorum as kafka
from clusters.gateway.kraft import voters as kafka_voters
from clusters.quorum import features, voters
from clusters.quorum.api_versions import api_rows
from clusters.quorum.forms import AddVoterForm, FeatureForm
from clusters.quorum.plan import ACTION
from clusters.quorum.queries import feature_of, quorum_state, removal_of, unregistration, voting_state
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


class NewVoter(Body):
    """An observer that becomes a voter, and where its controller listener is."""

    node: int
    host: Line = Field(max_length=255)
    port: int = Field(ge=1, le=65535)
    listener: Line = Field("CONTROLLER", max_length=255, description="One of controller.listener.names.")


@router.post("/quorum/voters", response=CHANGED, auth=on_cluster(voters.ACTION, change=True))
def add_voter(request: ApiRequest, body: NewVoter, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Add a controller that reads along to the voters; in production the cluster name must be confirmed."""
    cluster = request.cluster
    state = voting_state(cluster)
    form = AddVoterForm(body.model_dump(), observers=state.observers, voters=state.voters)
    if not form.is_valid():
        raise invalid(form)
    voter = form.voter()
    require_name(cluster, params, params.confirm, cluster.name)
    write = partial(kafka_voters.add, cluster.connection(), voter)
    return change(request, params, voters.add(voter, form.chosen(), state.voters), write, after=lambda: None)


@router.delete("/quorum/voters/{int:node}", response=CHANGED, auth=on_cluster(voters.ACTION, change=True))
def remove_voter(request: ApiRequest, node: int, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Remove a controller from the voters; in production the cluster name must be confirmed."""
    cluster = request.cluster
    voter, planned = removal_of(cluster, node)
    require_name(cluster, params, params.confirm, cluster.name)
    return change(
        request, params, planned, partial(kafka_voters.remove, cluster.connection(), voter), after=lambda: None
    )


class LevelIn(Body):
    """The level to set; 0 is off."""

    level: int = Field(ge=0, le=32767)


@router.put("/features/{str:feature}", response=CHANGED, auth=on_cluster(features.ACTION, change=True))
def set_feature_level(
    request: ApiRequest, feature: str, body: LevelIn, params: Query[ConfirmedChangeParams]
) -> Status[Any]:
    """Raise or lower a feature's level; a dry run has Kafka validate it. Production requires the cluster's name."""
    cluster = request.cluster
    present = feature_of(cluster, feature)
    form = FeatureForm(body.model_dump(), feature=present)
    if not form.is_valid():
        raise invalid(form)
    require_name(cluster, params, params.confirm, cluster.name)
    lower = body.level < present.level
    write = partial(kafka_features.update, cluster.connection(), feature, body.level, lower=lower)
    planned = features.update(present, body.level)
    return change(request, params, planned, write, after=lambda: None, trial=partial(write, validate_only=True))


class ApiVersionsOut(Schema):
    """An API, and the lowest and highest version that each broker speaks; null where it has none."""

    api: str
    versions: dict[str, tuple[int, int] | None] = Field(description="By broker id.")


class ApiVersionsParams(Schema):
    """Query parameters of the list of API versions."""

    all: bool = Field(False, description="Also those in which brokers agree.")


@router.get("/brokers/api-versions", response=list[ApiVersionsOut], auth=on_cluster("brokers.view"))
def list_api_versions(request: ApiRequest, params: Query[ApiVersionsParams]) -> list[dict[str, Any]]:
    """Ask each broker which versions of Kafka's APIs it speaks; list those in which they differ, or all."""
    described = kafka_versions.describe(request.cluster.connection()).items
    brokers = [str(each.broker) for each in described]
    rows = api_rows(described, differing=not params.all)
    return [{"api": row.name, "versions": dict(zip(brokers, row.ranges, strict=True))} for row in rows]


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
