"""Reassignments by page, API and Kafka's own tool, on a real Kafka."""

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway import configs, topics
from clusters.gateway.clients.connection import Connection
from clusters.jobs.running import work
from clusters.models import Cluster, Job
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.reassignment.moving import (
    PAGE,
    filled_topic,
    preview,
    replicas_of,
    run,
    set_broker,
    start,
    throttles_of,
)
from tests.conftest import signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.tools import REASSIGNMENTS, tool
from tests.kafka.waiting import eventually

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sole_mover")]
Unique = Callable[[str], str]
SIZE = 200_000


def test_a_broker_is_drained_throttled_and_nothing_is_left_behind(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, unique: Unique, tmp_path: Path
) -> None:
    topic = filled_topic(kafka, connection, unique("drained"), [[1, 2], [2, 1], [2, 3]], size=SIZE)
    configs.alter_topic(connection, topic, set={"leader.replication.throttled.replicas": "7:1"})
    set_broker(connection, 1, {"leader.replication.throttled.rate": "99999999"})
    before = throttles_of(connection, topic)
    shown = preview(admin, goal="drain", brokers="2", targets="3,1", topics=topic, rate="50 MiB")
    result = shown.context["preview"]
    assert [sorted(move.new) for move in result.moves] == [[1, 3], [1, 3], [1, 3]]
    assert SIZE * 3 <= result.copied[0] < SIZE * 4
    assert "50.0 MiB" in shown.content.decode()
    file = tmp_path / "plan.json"
    number = shown.context["job"].pk
    file.write_bytes(admin.get(f"/clusters/local/reassignments/jobs/{number}/json/").content)
    job = run(start(admin, shown))
    assert (job.state, job.failure, job.done, job.left) == (Job.FINISHED, "", 3, False)
    eventually(lambda: replicas_of(connection, topic) == [move.new for move in result.moves])
    leaders = [move.new[0] for move in result.moves]
    eventually(lambda: [item.leader for item in topics.describe(connection, topic).partitions] == leaders)
    assert throttles_of(connection, topic) == before
    verified = tool(kafka, REASSIGNMENTS, "--reassignment-json-file", str(file), "--verify", "--preserve-throttles")
    assert [f"Reassignment of partition {topic}-{number} is completed." in verified for number in range(3)] == [
        True
    ] * 3
    assert AuditEntry.objects.filter(action="topics.reassign", outcome="done", resource=topic).count() == 2
    shown = preview(admin, goal="rollback", job=job.pk)
    assert run(start(admin, shown)).state == Job.FINISHED
    eventually(lambda: replicas_of(connection, topic) == [(1, 2), (2, 1), (2, 3)])
    configs.alter_broker(connection, 1, set={}, delete=["leader.replication.throttled.rate"])
    configs.alter_topic(connection, topic, set={}, delete=["leader.replication.throttled.replicas"])


def test_a_replication_factor_is_changed_by_a_program_with_what_its_dry_run_showed(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, ada: Program, unique: Unique
) -> None:
    topic = filled_topic(kafka, connection, unique("factor"), [[1], [2]], size=SIZE)
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    path = f"{LOCAL}/reassignments"
    body = {"goal": "replication", "topics": [topic], "factor": 3, "rate": 100_000_000}
    dry = ada("POST", f"{path}?dry_run=true", body).json()
    assert (dry["done"], dry["job"], dry["resource"]) == (False, None, topic)
    assert [step["before"] for step in dry["steps"][:2]] == ["broker 1", "broker 2"]
    assert ada("POST", f"{path}?plan={dry['plan']}", body).status_code == 422
    started = ada("POST", f"{path}?plan={dry['plan']}&confirm=local", body)
    assert started.status_code == 201, started.content
    assert ada("POST", f"{path}?confirm=local", body).status_code == 409
    job = run(Job.objects.get(pk=started.json()["job"]))
    assert (job.state, job.failure) == (Job.FINISHED, "")
    eventually(lambda: [sorted(replicas) for replicas in replicas_of(connection, topic)] == [[1, 2, 3]] * 2)
    assert throttles_of(connection, topic) == {}
    written = ada.get(f"{path}/jobs/{job.pk}/assignment?before=true")
    assert [entry["replicas"] for entry in written["partitions"]] == [[1], [2]]
    back = {"goal": "file", "assignment": json.dumps(written), "partitions_at_once": 1}
    job = Job.objects.get(pk=ada("POST", f"{path}?confirm=local", back).json()["job"])
    work(job.pk, lambda: True)  # as far as the first batch has begun
    assert ada("POST", f"{path}/jobs/{job.pk}/last-batch", {}).json()["done"]
    job = run(job)
    assert (job.state, job.done, job.cursor["moved"]) == (Job.STOPPED, 1, 1)
    started = ada("POST", f"{path}?confirm=local", back)
    assert run(Job.objects.get(pk=started.json()["job"])).state == Job.FINISHED
    eventually(lambda: replicas_of(connection, topic) == [(1,), (2,)])
    assert ada("POST", path, back).json()["steps"] == []
    for wrong in ({"goal": "drain"}, {"goal": "file", "assignment": "{"}, {"goal": "fill", "brokers": [9]},
                  {"goal": "replication", "topics": [topic], "factor": 9}):  # fmt: skip
        assert ada("POST", path, wrong).status_code == 422, wrong


def test_what_others_move_is_listed_as_kafkas_tool_lists_it_and_cancelled(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, ada: Program, unique: Unique,
    tmp_path: Path,
) -> None:  # fmt: skip
    topic = filled_topic(kafka, connection, unique("moving"), [[1], [2]], size=20 * SIZE)
    file = tmp_path / "others.json"
    partitions = [{"topic": topic, "partition": number, "replicas": [3]} for number in range(2)]
    file.write_text(json.dumps({"version": 1, "partitions": partitions}))
    tool(kafka, REASSIGNMENTS, "--reassignment-json-file", str(file), "--execute", "--throttle", "1000")
    listed = tool(kafka, REASSIGNMENTS, "--list")
    rows = [row for row in ada.get(f"{LOCAL}/reassignments")["items"] if row["topic"] == topic]
    for number, row in enumerate(rows):
        assert f"{topic}-{number}: replicas: 3,{number + 1}. adding: 3. removing: {number + 1}." in listed
        assert (row["target"], row["adding"], row["removing"], row["job"]) == ([3], [3], [number + 1], None)
        assert 0 < row["bytes_left"] <= row["bytes_total"] < 21 * SIZE
    page = admin.get("/clusters/local/reassignments/").content.decode()
    assert page.count("another tool") == 2
    refused = preview(admin, goal="drain", brokers="3", topics=topic).context["form"].errors["__all__"][0]
    assert f"Being reassigned already, so they stay as they are: {topic}-0, {topic}-1." in refused
    dry = ada("POST", f"{LOCAL}/reassignments/cancel?dry_run=true", {"topic": topic, "partitions": [1]}).json()
    assert [(step["before"], step["after"]) for step in dry["steps"]] == [("to broker 3", "back to broker 2")]
    written, command = dry["commands"]
    subprocess.run(written, shell=True, cwd=tmp_path, check=True)
    words = shlex.split(command)[5:]
    tool(kafka, REASSIGNMENTS, *(str(tmp_path / word) if word == "reassignment.json" else word for word in words))
    eventually(lambda: replicas_of(connection, topic)[1] == (2,))
    path = "/clusters/local/reassignments/cancel/"
    plan = admin.post(path, {"topic": topic, "action": "preview"}).context["plan"]
    assert admin.post(path, {"topic": topic, "action": "apply", "plan": plan.digest}).status_code == 302
    eventually(lambda: replicas_of(connection, topic) == [(1,), (2,)])
    assert ada("POST", f"{LOCAL}/reassignments/cancel", {"topic": topic}).json()["steps"] == []
    assert topic not in tool(kafka, REASSIGNMENTS, "--list")
    tool(kafka, REASSIGNMENTS, "--reassignment-json-file", str(file), "--verify")
    eventually(lambda: throttles_of(connection, topic) == {})


def test_of_more_than_one_topic_it_needs_access_to_all(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, unique: Unique
) -> None:
    names = [filled_topic(kafka, connection, unique("granted"), [[1]]) for _ in range(2)]
    user = User.objects.create_user("pat")
    Grant.objects.create(user=user, role="operator", resources=names[0])
    client = signed_in(user)
    assert preview(client, goal="drain", brokers="1", topics=names[0]).status_code == 200
    refused = preview(client, goal="drain", brokers="1", topics="granted-*").content.decode()
    assert "needs topics.reassign" in refused
    assert set(Job.objects.values_list("resource", flat=True)) == {names[0]}  # nothing is kept that could be read
    Cluster.objects.update(read_only=True)
    assert client.get(PAGE).status_code == 403
    assert preview(admin, goal="rebalance").status_code == 403
