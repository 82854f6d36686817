"""With a broker down, the partitions of the others are read and searched, and it is said which are missing."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_cluster
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic_on, produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture
def cluster(mortal: KafkaCluster, db: None) -> Cluster:
    return known_cluster(mortal)


def partitions_in(page: str) -> set[int]:
    return {int(partition) for partition in re.findall(r'/messages/(\d+)/\d+/">\d', page)}


@pytest.mark.parametrize("kind", ["stopped", "hanging"])
def test_the_others_partitions_are_read_and_searched(
    mortal: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Callable[[str], str], kind: str
) -> None:
    topic = create_topic_on(mortal, unique("down"), [[1], [2], [3]])
    for partition in range(3):
        produce(mortal, topic, [f"p{partition}-{number}" for number in range(30)], partition=partition)
    path = f"/clusters/local/topics/{topic}/messages/"
    assert admin.get(path).status_code == 200
    (mortal.stop_broker if kind == "stopped" else mortal.pause_broker)(2)
    try:
        eventually(lambda: partitions_in(admin.get(path, {"limit": 100}).content.decode()) == {0, 2})
        assert 'class="notice warning"' in admin.get(path).content.decode()
        for seek in ("oldest", "newest"):
            texts, cursor = [], ""
            for _ in range(10):
                content = ada.get(f"{LOCAL}/topics/{topic}/messages?seek={seek}&contains=-29&cursor={cursor}")
                texts += [item["value"]["text"] for item in content["items"]]
                assert content["missing"]
                cursor = content["next"]
                if not (cursor and content["progress"]["goes_on"]):
                    break
            assert sorted(texts) == ["p0-29", "p2-29"]
            assert not content["progress"]["goes_on"]
    finally:
        (mortal.start_broker if kind == "stopped" else mortal.resume_broker)(2)
