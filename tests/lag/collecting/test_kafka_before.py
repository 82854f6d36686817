"""The Kafka before the newest one, in short: its topics are mirrored, and its groups get their verdicts."""

from collections.abc import Iterator

import pytest

from clusters.models import Mirror, Topic
from lag.types import Status
from tests.conftest import known_cluster, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic, produce
from tests.lag.collecting.conftest import collecting, row, until

pytestmark = pytest.mark.django_db
BEFORE = "4.1.1"


@pytest.fixture
def own() -> Iterator[KafkaCluster]:
    with KafkaCluster(1, version=BEFORE) as kafka:
        yield kafka


def test_a_topic_is_mirrored_and_a_group_is_judged(own: KafkaCluster) -> None:
    cluster = known_cluster(own, slug="before")
    topic = create_topic(own, "orders", partitions=2)
    produce(own, topic, ["a", "b", "c"])
    commit(own, "billing", {(topic, 0): 1})
    mirror(cluster)
    assert Mirror.objects.get().version.startswith("4.1")
    assert Topic.objects.get(name=topic).partitions == 2
    with collecting(cluster) as collect:
        until(collect, lambda: (group := row("billing")) and group.total_lag == 2)
        commit(own, "billing", {(topic, 0): 3})
        until(collect, lambda: (group := row("billing")) and (group.total_lag, group.status) == (0, Status.OK))
