"""What upkeep leaves behind, on real brokers."""

from collections.abc import Callable

import pytest

from clusters.gateway import configs, maintenance
from clusters.gateway.clients.connection import Connection
from clusters.inventory.findings import BrokerRow, look, releases, throttles
from clusters.models import Broker, Cluster, Mirror
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.kafka.jars import RELEASE

RATE = "leader.replication.throttled.rate"
REPLICAS = "leader.replication.throttled.replicas"


def rules(cluster: Cluster) -> dict[str, tuple[str, ...]]:
    """Return what is found after a fresh look, with the names."""
    Mirror.objects.filter(cluster=cluster).update(configs_as_of=None)
    mirror(cluster)
    return {finding.rule: finding.names for finding in look(cluster, frozenset()).findings}


@pytest.mark.django_db
@pytest.mark.usefixtures("sole_mover")
def test_throttles_that_were_left_behind_are_found_and_gone_when_they_are_reset(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, unique: Callable[[str], str]
) -> None:
    topic = create_topic(kafka, unique("moved"))
    mirror(cluster)
    assert "throttle-left" not in rules(cluster)
    configs.alter_broker(connection, 2, set={RATE: "1000000000"})
    configs.alter_topic(connection, topic, set={REPLICAS: "*"})
    try:
        assert rules(cluster)["throttle-left"] == ("broker 2", topic)
    finally:
        configs.alter_broker(connection, 2, set={}, delete=[RATE])
        configs.alter_topic(connection, topic, set={}, delete=[REPLICAS])
    assert "throttle-left" not in rules(cluster)


@pytest.mark.django_db
@pytest.mark.usefixtures("sole_mover")
def test_each_brokers_release_is_known(connection: Connection, cluster: Cluster) -> None:
    mirror(cluster)
    releases_there = set(Broker.objects.filter(cluster=cluster).values_list("release", flat=True))
    assert len(releases_there) == 1
    assert releases_there == {RELEASE}
    assert maintenance.count_reassigning(connection) == 0


def test_releases_that_differ_are_told_with_their_brokers() -> None:
    rows = [BrokerRow(1, True, 5, release="4.0"), BrokerRow(2, True, 5, release="4.1"), BrokerRow(3, True, 5)]
    (release,) = releases(rows)
    assert release.names == ("4.0: 1", "4.1: 2")
    assert not releases([rows[0], rows[2], BrokerRow(4, False, 0, release="4.1")])


def test_a_throttle_is_no_finding_while_something_is_being_moved() -> None:
    rows = [BrokerRow(1, True, 5, throttled=True)]
    assert throttles(rows, [], 0)
    assert not throttles(rows, [], 3)
