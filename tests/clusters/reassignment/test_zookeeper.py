"""Reassignments on Kafka 3.4.0 with ZooKeeper, where only the controller takes them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from clusters.gateway import maintenance
from clusters.gateway.reassigning import partitions
from clusters.models import Job
from tests.clusters.reassignment.moving import filled_topic, preview, replicas_of, run, start, throttles_of
from tests.conftest import known_cluster
from tests.kafka.data import connection_of
from tests.kafka.tools import REASSIGNMENTS, tool
from tests.kafka.waiting import eventually
from tests.kafka.zookeeper import ZooKeeperKafka

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture(scope="module")
def old() -> Iterator[ZooKeeperKafka]:
    """Three brokers and their ZooKeeper."""
    with ZooKeeperKafka(3, heap="256m") as cluster:
        yield cluster


def test_partitions_are_moved_throttled_listed_and_cancelled(
    old: ZooKeeperKafka, admin: Client, unique: Callable[[str], str], tmp_path: Path
) -> None:
    connection = connection_of(old)
    known_cluster(old)
    topic = filled_topic(old, connection, unique("old"), [[1, 2], [2, 1]], size=2_000_000)
    shown = preview(admin, goal="drain", brokers="2", topics=topic, rate="5 MiB", partitions_at_once="1")
    file = tmp_path / "plan.json"
    number = shown.context["job"].pk
    file.write_bytes(admin.get(f"/clusters/local/reassignments/jobs/{number}/json/").content)
    job = run(start(admin, shown))
    assert (job.state, job.failure, job.result["copying"]) == (Job.FINISHED, "", {})
    eventually(lambda: [set(replicas) for replicas in replicas_of(connection, topic)] == [{1, 3}, {1, 3}])
    assert throttles_of(connection, topic) == {}
    verified = tool(old, REASSIGNMENTS, "--reassignment-json-file", str(file), "--verify", "--preserve-throttles")
    assert verified.count("is completed.") == 2

    file.write_text(f'{{"version": 1, "partitions": [{{"topic": "{topic}", "partition": 0, "replicas": [2]}}]}}')
    tool(old, REASSIGNMENTS, "--reassignment-json-file", str(file), "--execute", "--throttle", "1000")
    (item,) = partitions.list_reassignments(connection)
    assert (item.name, item.target, set(item.origin)) == (f"{topic}-0", (2,), {1, 3})
    assert maintenance.count_reassigning(connection) == 1
    path = "/clusters/local/reassignments/cancel/"
    plan = admin.post(path, {"topic": topic, "action": "preview"}).context["plan"]
    assert admin.post(path, {"topic": topic, "action": "apply", "plan": plan.digest}).status_code == 302
    assert partitions.list_reassignments(connection) == []
    eventually(lambda: set(replicas_of(connection, topic)[0]) == {1, 3})
