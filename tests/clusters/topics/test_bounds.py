"""Numbers of records that are upper bounds are shown as such: list, page, files, API and command alike."""

import csv
import json
from collections.abc import Callable

import pytest
from django.test import Client

from clusters.models import Cluster, Topic
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_topic, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("policy", "shown", "bound"),
    [("delete", "4", False), ("compact", "≤ 4", True), ("compact,delete", "≤ 4", True)],
)
def test_a_compacted_topics_number_is_an_upper_bound(
    cluster: Cluster, kafka: KafkaCluster, admin: Client, ada: Program, unique: Callable[[str], str],
    policy: str, shown: str, bound: bool,
) -> None:  # fmt: skip
    name = known_topic(kafka, unique("bound"), config={"cleanup.policy": policy})
    produce(kafka, name, ["a", "b", "c", "d"]) if policy == "delete" else keyed(kafka, name)

    def mirrored() -> bool:
        mirror(cluster)
        row = Topic.objects.filter(name=name).first()
        return bool(row and row.messages == 4 and row.cleanup_policy == policy)

    eventually(mirrored)
    for path in ("topics/", f"topics/{name}/"):
        page = admin.get(f"/clusters/local/{path}", {"q": name}).content.decode()
        assert f">{shown}<" in page
    files = [admin.get("/clusters/local/topics/", {"q": name, "format": kind}).getvalue() for kind in ("csv", "json")]
    (row,) = csv.DictReader(files[0].decode().splitlines())
    assert (row["messages"], row["messages_at_most"]) == ("4", str(bound))
    assert json.loads(files[1])[0]["messages_at_most"] is bound
    (listed,) = ada.get(f"{LOCAL}/topics?q={name}")["items"]
    assert (listed["messages"], listed["messages_at_most"]) == (4, bound)
    (partition,) = ada.get(f"{LOCAL}/topics/{name}")["partitions"]
    assert (partition["messages"], partition["messages_at_most"]) == (4, bound)
    planned = ada("DELETE", f"{LOCAL}/topics/{name}?dry_run=true").json()
    assert ("at most 4 records" in planned["warnings"][0]) is bound


def keyed(kafka: KafkaCluster, name: str) -> None:
    """Write four records with one key."""
    from confluent_kafka import Producer

    producer = Producer(kafka.client_config())
    for value in "abcd":
        producer.produce(name, value, key="k")
    producer.flush(20)


def test_what_is_not_known_to_be_exact_is_a_bound(cluster: Cluster, admin: Client) -> None:
    for name, messages in {"none": None, "empty": 0, "some": 5}.items():
        Topic.objects.create(cluster=cluster, name=name, partitions=1, replication=1, messages=messages)
    assert [topic.messages_at_most for topic in Topic.objects.order_by("name")] == [False, False, True]
    rows = csv.DictReader(admin.get("/clusters/local/topics/", {"format": "csv"}).getvalue().decode().splitlines())
    assert {row["name"]: row["messages_at_most"] for row in rows} == {
        "none": "", "empty": "False", "some": "True",
    }  # fmt: skip
