"""Replicas moved between the log directories of a broker, by page and API, as Kafka's own tool sees it."""

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.brokers.dir_plan import FILE, plan_of
from clusters.gateway.brokers import LogDir
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.reassigning.log_dirs import Directories, Placed
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.reassignment.moving import filled_topic
from tests.conftest import known_cluster, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of
from tests.kafka.tools import REASSIGNMENTS, tool
from tests.kafka.waiting import eventually

PAGE = "/clusters/local/brokers/1/move-replicas/"
LOG_DIRS = "org.apache.kafka.tools.LogDirsCommand"
DIRS = (LogDir("/a", "", 100, 50), LogDir("/b", "", 100, 5), LogDir("/c", "It failed.", None, None))
PLACED = Directories(
    DIRS,
    (Placed("t", 0, 10, "/a"), Placed("t", 1, 10, "/b"), Placed("t", 2, 10, "/a", "/b", 5), Placed("u", 0, 1, "/a")),
)


def test_a_plan_is_of_what_is_elsewhere() -> None:
    plan = plan_of(1, PLACED, "t", (), "/b", {0: (2, 1), 1: (1,), 2: (1,)})
    assert [(step.subject, step.before, step.after) for step in plan.steps] == [
        ("replica of t-0 on broker 1", "/a", "/b")
    ]
    assert plan.warnings == ("1 replica with 10 B and 5 B free.",)
    assert '"replicas": [2, 1], "log_dirs": ["any", "/b"]' in plan.commands[0]
    assert plan.commands[1].endswith("--execute --reassignment-json-file log-dirs.json")
    back = plan_of(1, PLACED, "t", {2}, "/a", {})
    assert back.commands == ()  # the replicas are not known
    assert [(step.before, step.after) for step in back.steps] == [("/b", "/a")]
    assert [item.percent for item in PLACED.replicas] == [0, 0, 50, 0]


@pytest.mark.parametrize(
    ("topic", "numbers", "path"), [("t", (), "/c"), ("t", (), "/x"), ("t", {9}, "/a"), ("v", (), "/a")]
)
def test_what_is_not_there_is_refused(topic: str, numbers: set[int], path: str) -> None:
    with pytest.raises(KafkaFailure):
        plan_of(1, PLACED, topic, numbers, path, {})


@pytest.fixture(scope="module")
def own() -> Iterator[KafkaCluster]:
    """One broker with two log directories."""
    with KafkaCluster(1, heap="256m", log_dirs=2) as cluster:
        yield cluster


def directories_of(kafka: KafkaCluster, topic: str) -> dict[str, str]:
    """Return what Kafka's tool says: the directory by partition."""
    said = tool(kafka, LOG_DIRS, "--describe", "--topic-list", topic)
    document = json.loads(said[said.index('{"') :])
    return {
        partition["partition"]: directory["logDir"]
        for broker in document["brokers"] for directory in broker["logDirs"] for partition in directory["partitions"]
    }  # fmt: skip


def by_tool(kafka: KafkaCluster, commands: list[str], file: Path) -> None:
    """Do what the commands of a plan do: write the file, and have Kafka's tool move by it."""
    written, moving = map(shlex.split, commands)
    file.write_text(written[1])
    tool(kafka, REASSIGNMENTS, *(str(file) if word == FILE else word for word in moving[5:]))


@pytest.mark.django_db
def test_replicas_are_moved_to_another_directory(
    own: KafkaCluster, admin: Client, ada: Program, unique: Callable[[str], str], tmp_path: Path
) -> None:
    topic = filled_topic(own, connection_of(own), unique("placed"), [[1], [1]], size=100_000)
    cluster = known_cluster(own)
    mirror(cluster)
    paths = [str(own.nodes[0].data), f"{own.nodes[0].data}-1"]
    where = directories_of(own, topic)
    source = where[f"{topic}-0"]
    (target,) = set(paths) - {source}
    assert "Move replicas between them" in admin.get("/clusters/local/brokers/1/").content.decode()
    fields = {"topic": topic, "partitions": "0", "path": target}
    plan = admin.post(PAGE, {**fields, "action": "preview"}).context["plan"]
    assert [(step.before, step.after) for step in plan.steps] == [(source, target)]
    assert admin.post(PAGE, {**fields, "action": "apply", "plan": plan.digest}).status_code == 302
    eventually(lambda: directories_of(own, topic)[f"{topic}-0"] == target, every=1)
    assert ada.get(f"{LOCAL}/brokers/1/moving-replicas") == {"items": []}
    assert AuditEntry.objects.get(action="topics.reassign").outcome == "done"
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    path = f"{LOCAL}/brokers/1/move-replicas"
    body = {"topic": topic, "partitions": [0], "path": source}
    dry = ada("POST", f"{path}?dry_run=true", body).json()
    assert ada("POST", path, body).status_code == 422
    by_tool(own, dry["commands"], tmp_path / FILE)
    eventually(lambda: directories_of(own, topic)[f"{topic}-0"] == source, every=1)
    body["path"] = target
    dry = ada("POST", f"{path}?dry_run=true", body).json()
    assert ada("POST", f"{path}?confirm=local&plan={dry['plan']}", body).status_code == 200
    eventually(lambda: ada("POST", f"{path}?dry_run=true", body).json()["steps"] == [])
    assert ada("POST", f"{path}?dry_run=true", {**body, "path": "/nowhere"}).status_code == 422
    Grant.objects.create(user=User.objects.create_user("pat"), role="operator", resources="other-*")
    refused = signed_in(User.objects.get(username="pat")).post(PAGE, {**fields, "action": "preview"})
    assert "needs topics.reassign" in refused.content.decode()
