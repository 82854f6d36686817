from collections.abc import Callable

import pytest
from django.test import Client

from clusters.models import Cluster, Mirror, Topic
from lag.models import Shard, WatchedGroup
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.lag.collecting.conftest import collecting

pytestmark = pytest.mark.django_db


@pytest.fixture
def replaced(kafka: KafkaCluster, cluster: Cluster) -> Cluster:
    """What we know is of another cluster than the one that answers."""
    mirror(cluster)
    Mirror.objects.update(kafka_cluster_id="the-old-cluster")
    Topic.objects.filter(cluster=cluster).delete()
    Topic.objects.create(cluster=cluster, name="of-the-old", partitions=1, replication=1)
    cluster.refresh_from_db()
    return cluster


def test_another_cluster_behind_the_address_is_said_and_nothing_is_mixed(
    kafka: KafkaCluster, replaced: Cluster, admin: Client, unique: Callable[[str], str]
) -> None:
    topic = create_topic(kafka, unique("of-the-new"))
    mirror(replaced)
    assert list(Topic.objects.values_list("name", flat=True)) == ["of-the-old"]
    page = admin.get("/clusters/local/topics/").content.decode()
    assert "Another Kafka cluster responds" in page
    assert "not the-old-cluster" in page
    with collecting(replaced) as collect:
        collect()
    assert "Another Kafka cluster responds" in Shard.objects.get().error
    assert not WatchedGroup.objects.exists()
    assert admin.post("/clusters/local/start-anew/").status_code == 302
    mirror(replaced)
    names = set(Topic.objects.values_list("name", flat=True))
    assert topic in names
    assert "of-the-old" not in names
    assert "Another Kafka cluster" not in admin.get("/clusters/local/topics/").content.decode()


def test_a_viewer_does_not_decide_that(replaced: Cluster, viewer: Client) -> None:
    assert viewer.post("/clusters/local/start-anew/").status_code == 403
    assert Topic.objects.filter(name="of-the-old").exists()
