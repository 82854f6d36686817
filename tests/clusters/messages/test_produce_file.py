"""Records of a file, written as a job: what a plain consumer reads then, also when workers are killed meanwhile."""

import json
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry
from clusters.jobs.running import work
from clusters.models import Cluster, Job, JobPiece
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_cluster, known_topic
from tests.installation import Installation
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import await_markers
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
Row = tuple[int, bytes | None, bytes | None]


def consumed(kafka: KafkaCluster, topic: str, partitions: int) -> list[Row]:
    """Return all committed records of a topic as a plain consumer reads them."""
    await_markers(kafka, topic, partitions)
    config = {**kafka.client_config(), "group.id": "plain", "isolation.level": "read_committed",
              "enable.auto.commit": False, "enable.partition.eof": True}  # fmt: skip
    consumer, rows, ended = Consumer(config), list[Row](), 0
    consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
    while ended < partitions:
        message = consumer.poll(20)
        assert message is not None
        if message.error():
            ended += 1
        else:
            rows.append((int(message.partition() or 0), message.key(), message.value()))
    consumer.close()
    return rows


def run(job: Job) -> Job:
    """Have a job done, whose coordinators may still be loading."""

    def is_over() -> bool:
        work(job.pk, lambda: False)
        job.refresh_from_db()
        return job.state not in Job.OPEN

    eventually(is_over, timeout=60)
    return job


@pytest.fixture
def orders(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> str:
    return known_topic(kafka, unique("orders"), partitions=3)


def upload(client: Client, topic: str, content: bytes, *, cluster: str = "local", **fields: str) -> Any:
    file = SimpleUploadedFile("orders<b>.jsonl", content)
    return client.post(f"/clusters/{cluster}/topics/{topic}/produce/file/", {"file": file, "kind": "jsonl", **fields})


def confirm(client: Client, topic: str, shown: Any, *, cluster: str = "local", **fields: str) -> Any:
    context = shown.context
    values = {"action": "start", "job": context["job"].pk, "plan": context["plan"].digest, **fields}
    return client.post(f"/clusters/{cluster}/topics/{topic}/produce/file/", values)


@pytest.mark.django_db
def test_a_file_is_previewed_started_once_and_written(kafka: KafkaCluster, admin: Client, orders: str) -> None:
    lines = [{"key": f"k{number}", "value": {"id": number}, "partition": number % 3} for number in range(5000)]
    content = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    shown = upload(admin, orders, content)
    page = shown.content.decode()
    assert "5,000 records" in page
    assert "orders&lt;b&gt;.jsonl" in page
    assert not Job.objects.exclude(state=Job.DRAFT).exists()
    answers = [confirm(admin, orders, shown) for _ in range(2)]  # as two tabs do
    (job,) = Job.objects.exclude(state=Job.DRAFT)
    assert [response.headers["Location"] for response in answers] == [f"/clusters/local/jobs/{job.pk}/"] * 2
    run(job)
    assert (job.state, job.done, job.failure) == (Job.FINISHED, 5000, "")
    expected = [(line["partition"], f"k{number}".encode(), f'{{"id":{number}}}'.encode())
                for number, line in enumerate(lines)]  # fmt: skip
    assert sorted(consumed(kafka, orders, 3)) == sorted(expected)
    assert "Exactly once (transactions)" in admin.get(f"/clusters/local/jobs/{job.pk}/").content.decode()
    assert not JobPiece.objects.exists()
    groups = AdminClient(kafka.client_config()).list_consumer_groups(request_timeout=60).result(60).valid
    assert job.parameters["writer"] not in {group.group_id for group in groups}
    begun, ended = AuditEntry.objects.filter(action="messages.produce").order_by("pk")
    assert (begun.outcome, ended.outcome) == ("done", "done")
    assert "5,000 records" in ended.detail


@pytest.mark.django_db
def test_lines_that_cannot_be_read_are_named_and_nothing_is_written(admin: Client, orders: str) -> None:
    response = upload(admin, orders, b'{"value": "x"}\n{"value": <b>}\n\n{"partition": 7}\n')
    page = response.content.decode()
    assert response.status_code == 422
    assert "2 lines can&#x27;t be read" in page or "2 lines can't be read" in page
    assert "Line 2: This is not JSON" in page
    assert "Line 4: The topic has no partition 7: the last one is 2." in page
    assert "UTF-8" in upload(admin, orders, b"\xff\xfe\n").content.decode()
    assert "The file has no records." in upload(admin, orders, b"\n\n").content.decode()
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_who_may_not_and_where_nothing_may(
    kafka: KafkaCluster, admin: Client, viewer: Client, orders: str, ada: Program
) -> None:
    content = b'{"value": "x"}\n'
    assert upload(viewer, orders, content).status_code == 403
    known_cluster(kafka, slug="still", read_only=True)
    assert upload(admin, orders, content, cluster="still").status_code == 403
    known_cluster(kafka, slug="live", environment="production")
    shown = upload(admin, orders, content, cluster="live")
    assert confirm(admin, orders, shown, cluster="live", confirm="wrong").status_code == 422
    assert confirm(admin, orders, shown, cluster="live", confirm=orders).status_code == 302
    assert confirm(admin, orders, upload(admin, orders, content), plan="other").status_code == 422
    other = Client()
    assert other.post(f"/clusters/local/topics/{orders}/produce/file/").status_code == 302  # to the sign-in
    live = f"/api/v1/clusters/live/topics/{orders}/messages/file"
    assert ada("POST", live, {"content": '{"value": 1}'}).status_code == 422


@pytest.mark.django_db
def test_a_program_writes_csv_and_what_kafka_refuses_fails_the_job(
    kafka: KafkaCluster, ada: Program, cluster: Cluster, orders: str, unique: Unique
) -> None:
    path = f"{LOCAL}/topics/{orders}/messages/file"
    body = {"content": "key,value\na,1\nb,2\n", "kind": "csv", "partition": "key"}
    assert ada("POST", f"{path}?dry_run=true", body).json()["job"] is None
    assert ada("POST", path, {**body, "content": "nothing\n"}).json()["errors"]["line 1"]
    job = run(Job.objects.get(pk=ada("POST", path, body).json()["job"]))
    assert (job.state, job.done) == (Job.FINISHED, 2)
    assert sorted(row[1:] for row in consumed(kafka, orders, 3)) == [(b"a", b"1"), (b"b", b"2")]
    small = known_topic(kafka, unique("small"), config={"max.message.bytes": "1000"})
    large = {"content": json.dumps({"value": "x" * 5000})}
    failed = run(Job.objects.get(pk=ada("POST", f"{LOCAL}/topics/{small}/messages/file", large).json()["job"]))
    assert failed.state == Job.FAILED
    assert "large" in failed.failure.lower()
    assert consumed(kafka, small, 1) == []


@pytest.mark.timeout(200)
def test_killed_workers_write_nothing_twice_and_leave_nothing_out(
    kafka: KafkaCluster, unique: Unique, tmp_path: Path
) -> None:
    topic = known_topic(kafka, unique("killed"), partitions=2)
    installation = Installation(tmp_path, kafka)
    installation.python("tests.clusters.jobs.working", "produce", topic, "4000")

    def at() -> int:
        return int(installation.execute("select done from clusters_job")[0][0])

    def moved_on(before: int) -> bool:
        return at() > before

    def state() -> str:
        return str(installation.execute("select state from clusters_job")[0][0])

    for _ in range(5):
        before = at()
        worker = installation.start("tests.clusters.jobs.working", "work")
        try:
            eventually(partial(moved_on, before), timeout=60)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
    assert state() == "running", "it was done before it was killed often enough"
    worker = installation.start("tests.clusters.jobs.working", "work")
    try:
        eventually(lambda: state() == "done", timeout=90)
    finally:
        worker.kill()
        worker.wait()
    values = sorted(int(value or b"") for _, _, value in consumed(kafka, topic, 2))
    assert values == list(range(4000))
