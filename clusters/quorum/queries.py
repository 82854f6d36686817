"""The quorum as the page, the API and plans read it, from Kafka itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, NotFound, Unsupported
from clusters.gateway.kraft import quorum as kafka
from clusters.gateway.kraft.quorum import FeatureLevel, MetadataQuorum
from clusters.gateway.kraft.voters import Voter
from clusters.models import Broker, Cluster
from clusters.quorum import plan, voters
from clusters.quorum.standing import Standing, problems, standings
from core.plan import Plan

KRAFT = "kraft.version"
STATIC = "The voters of this cluster are fixed by controller.quorum.voters: its kraft.version is 0."
RAISE_KRAFT = "Raise kraft.version to 1 first, which takes Kafka 3.9; it can't be lowered again."
WITH_ZOOKEEPER = "ZooKeeper coordinates this cluster, or it has Kafka before 3.3: there is no quorum to show."


@dataclass(frozen=True)
class QuorumState:
    """The quorum now. ``away`` are brokers that are registered but do not run; None where Kafka does not tell."""

    quorum: MetadataQuorum
    voters: Sequence[Standing]
    observers: Sequence[Standing]
    features: Sequence[FeatureLevel]
    away: Sequence[int] | None

    @property
    def problems(self) -> list[str]:
        return problems(self.voters)


def quorum_state(cluster: Cluster) -> QuorumState:
    """Ask Kafka: three requests.

    Raises:
        Unsupported: the cluster has ZooKeeper.
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    try:
        quorum = kafka.describe(connection)
    except Unsupported as failure:
        raise Unsupported(WITH_ZOOKEEPER) from failure
    return QuorumState(
        quorum,
        standings(quorum.voters, quorum),
        standings(quorum.observers, quorum),
        kafka.feature_levels(connection),
        kafka.fenced_brokers(connection),
    )


def voting_state(cluster: Cluster) -> QuorumState:
    """Return the quorum, if its voters can be changed.

    Raises:
        Unsupported: the cluster has ZooKeeper, or kraft.version 0, whose voters are in the controllers' properties.
        KafkaFailure: with the cause.
    """
    state = quorum_state(cluster)
    if not any(feature.name == KRAFT and feature.level for feature in state.features):
        raise Unsupported(STATIC, RAISE_KRAFT)
    return state


def removal_of(cluster: Cluster, node: int) -> tuple[Voter, Plan]:
    """Return a controller, and the plan to remove it from the voters.

    Raises:
        NotFound: no such controller votes.
        Conflict: it is the only one.
        KafkaFailure: with the cause.
    """
    state = voting_state(cluster)
    standing = next((each for each in state.voters if each.replica.node_id == node), None)
    if standing is None:
        raise NotFound(f"No controller {node} votes.", "Check the list of controllers.")
    voter = Voter(node, standing.replica.directory_id)
    return voter, voters.remove(voter, state.voters)


def feature_of(cluster: Cluster, name: str) -> FeatureLevel:
    """Return a feature with its level.

    Raises:
        NotFound: brokers know no such feature.
        Unsupported: the cluster has ZooKeeper.
        KafkaFailure: with the cause.
    """
    for feature in quorum_state(cluster).features:
        if feature.name == name:
            return feature
    raise NotFound(f"There is no feature {name}.", "Check the list of features.")


def unregistration(cluster: Cluster, broker: int) -> Plan:
    """Plan unregistering a broker, from what the inventory and Kafka know of it.

    Raises:
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    away = kafka.fenced_brokers(connection)
    row = Broker.objects.filter(cluster=cluster, broker_id=broker).first()
    is_running = broker not in away if away is not None else bool(row and row.online)
    return plan.unregister(
        broker, is_running=is_running, replicas=row.replicas if row else 0, voters=voters_of(connection)
    )


def voters_of(connection: Connection) -> list[int]:
    try:
        return [voter.node_id for voter in kafka.describe(connection).voters]
    except Unsupported as failure:
        raise Unsupported(WITH_ZOOKEEPER) from failure
    except KafkaFailure:
        return []  # only a warning depends on it
