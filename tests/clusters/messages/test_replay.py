"""Copying records: what a plain consumer reads of the copy is what was chosen, also when workers are killed."""

import json
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from django.contrib.auth.models import User
from django.test import Client
from kafka import KafkaProducer

from accounts.models import AuditEntry, Grant
from clusters.gateway.reading.records import Span
from clusters.jobs.running import work
from clusters.messages.replay.standing import Standing, beginning, resumed
from clusters.models import Cluster, Job
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.messages.test_produce_file import consumed, run
from tests.clusters.messages.test_transactions import transact, transactional
from tests.conftest import known_cluster, known_topic, mirror, signed_in
from tests.installation import Installation
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import delete_topic
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
SPANS = {0: Span(5, 10), 1: Span(0, 3)}


def lasting_topic(kafka: KafkaCluster, name: str, partitions: int) -> str:
    """Create a topic that keeps records which are years old."""
    return known_topic(kafka, name, partitions=partitions, config={"retention.ms": "-1"})


def written(kafka: KafkaCluster, topic: str, count: int, partitions: int = 3) -> None:
    """Write records with keys, headers and times, in several partitions."""
    producer = Producer({**kafka.client_config(), "linger.ms": 5, "compression.type": "lz4"})
    for number in range(count):
        producer.produce(
            topic, json.dumps({"n": number}), f"k{number}", number % partitions, timestamp=1_700_000_000_000 + number,
            headers=[("a", b"\xff"), ("a", None)],
        )  # fmt: skip
    producer.flush(20)


def timed(kafka: KafkaCluster, topic: str, *times: int) -> None:
    """Write records to partition 0 with times that librdkafka does not write."""
    settings = kafka.client_config()
    producer = KafkaProducer(
        bootstrap_servers=settings["bootstrap.servers"].split(","), security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512", sasl_plain_username="admin", sasl_plain_password=settings["sasl.password"],
    )  # fmt: skip
    for time in times:
        producer.send(topic, b"timed", partition=0, timestamp_ms=time)
    producer.flush(20)
    producer.close()


def preview(client: Client, topic: str, target: str, query: str = "", *, cluster: str = "local", **fields: str) -> Any:
    values = {"cluster": cluster, "topic": target, "action": "preview", **fields}
    return client.post(f"/clusters/local/topics/{topic}/messages/copy/?{query}", values)


def confirm(client: Client, topic: str, shown: Any, query: str = "", **fields: str) -> Any:
    context = shown.context
    values = {name: context["form"].data[name] for name in ("cluster", "topic")}
    values |= {"action": "start", "job": context["job"].pk, "plan": context["plan"].digest, **fields}
    return client.post(f"/clusters/local/topics/{topic}/messages/copy/?{query}", values)


@pytest.mark.django_db
def test_a_copy_is_what_a_plain_consumer_reads_of_the_source(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Unique
) -> None:
    source, target = lasting_topic(kafka, unique("from"), 3), lasting_topic(kafka, unique("to"), 3)
    written(kafka, source, 5000)
    timed(kafka, source, 0, -1)
    transact(transactional(kafka, unique("tx")), source, "aborted", "aborted too", commit=False)
    page = admin.get(f"/clusters/local/topics/{source}/messages/").content.decode()
    assert f"/clusters/local/topics/{source}/messages/copy/?" in page
    shown = preview(admin, source, target)
    expected = consumed(kafka, source, 3)
    written(kafka, source, 3)  # later than the preview: not chosen
    (first, second) = [confirm(admin, source, shown) for _ in range(2)]
    assert first.headers["Location"] == second.headers["Location"]
    job = run(Job.objects.exclude(state=Job.DRAFT).get())
    assert (job.state, job.failure) == (Job.FINISHED, "")
    for partition in range(3):
        copies = [row for row in consumed(kafka, target, 3) if row[0] == partition]
        assert copies == [row for row in expected if row[0] == partition]
    message = admin.get(f"/clusters/local/topics/{target}/messages/?seek=oldest&partitions=1&limit=1").content.decode()
    assert "2023-11-14" in message
    ended = admin.get(first.headers["Location"]).content.decode()
    assert "5,002" in ended
    assert "Copied 1 ms later, as the timestamp 0 cannot be written (records)" in ended
    copied = ada("GET", f"{LOCAL}/topics/{target}/messages?partitions=0&limit=2").json()["items"]
    assert [record["time"] for record in copied] == [None, "1970-01-01T00:00:00.001Z"]
    assert AuditEntry.objects.get(resource=source, action="messages.view", steps__0__after=job.title).username == "ada"
    assert AuditEntry.objects.filter(resource=target, action="messages.produce", outcome="done").count() == 2
    shown = preview(admin, source, target)
    delete_topic(kafka, source)
    written(kafka, lasting_topic(kafka, source, 3), 3)
    confirm(admin, source, shown)
    job = run(Job.objects.exclude(state=Job.DRAFT).latest("pk"))
    assert (job.state, "was deleted and created again" in job.failure) == (Job.FAILED, True)


@pytest.mark.django_db
def test_only_what_the_filter_chooses_is_copied_to_another_cluster(
    kafka: KafkaCluster, cluster: Cluster, ada: Program, unique: Unique
) -> None:
    source, target = lasting_topic(kafka, unique("from"), 3), lasting_topic(kafka, unique("to"), 1)
    known_cluster(kafka, slug="other")
    written(kafka, source, 300)
    path = f"/api/v1/clusters/other/topics/{target}/messages/copy"
    body: dict[str, Any] = {"source": {"cluster": "local", "topic": source, "json_path": "$.n < 20", "seek": "oldest"}}
    assert "no partition 2" in ada("POST", path, body).json()["detail"]
    body |= {"partition": "key", "time": "now", "rate": 10}
    trial = ada("POST", f"{path}?dry_run=true", body).json()
    assert {"subject": "rate", "kind": "add", "before": None, "after": "at most 10 records/s"} in trial["steps"]
    started = ada("POST", f"{path}?plan={trial['plan']}", body)
    assert started.status_code == 201
    job = run(Job.objects.get(pk=started.json()["job"]))
    assert (job.state, job.failure, job.cluster.slug) == (Job.FINISHED, "", "other")
    assert sorted(int(json.loads(value or b"")["n"]) for _, _, value in consumed(kafka, target, 1)) == list(range(20))


@pytest.mark.django_db
def test_who_may_not(kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Unique) -> None:
    source, target = lasting_topic(kafka, unique("from"), 1), lasting_topic(kafka, unique("to"), 1)
    written(kafka, source, 3, partitions=1)
    reader = User.objects.create_user("rea")
    Grant.objects.create(user=reader, role="custom", actions=["clusters.view", "messages.view"])
    mirror(cluster)
    assert f'<option value="{target}">' in admin.get(f"/clusters/local/topics/{source}/messages/copy/").content.decode()
    assert "not one of the available choices" in preview(signed_in(reader), source, target).content.decode()
    writer = User.objects.create_user("wri")
    Grant.objects.create(user=writer, role="operator", resources="to-*")
    assert preview(signed_in(writer), source, target).status_code == 403
    hidden = signed_in(reader).get(f"/clusters/local/topics/{source}/messages/copy/").content.decode()
    assert target not in hidden
    Cluster.objects.update(masking=[{"type": "REMOVE", "fields": ["n"], "topicValuesPattern": ".*"}])
    Grant.objects.create(user=reader, role="operator")
    assert "needs messages.unmask" in preview(signed_in(reader), source, target).content.decode()
    assert preview(admin, source, target).context["job"] is not None
    Cluster.objects.update(masking=[])
    shown = preview(signed_in(reader), source, target)
    Cluster.objects.update(masking=[{"type": "REMOVE", "fields": ["n"], "topicValuesPattern": ".*"}])
    confirm(signed_in(reader), source, shown)
    job = Job.objects.get(user=reader, state=Job.WAITING)
    work(job.pk, lambda: False)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.FAILED, 0)
    assert "masked" in job.failure
    Cluster.objects.update(read_only=True)
    assert ada("POST", f"{LOCAL}/topics/{target}/messages/copy", {"source": {"topic": source}}).status_code == 403


@pytest.mark.timeout(200)
def test_killed_workers_copy_nothing_twice_and_leave_nothing_out(
    kafka: KafkaCluster, unique: Unique, tmp_path: Path
) -> None:
    source, target = lasting_topic(kafka, unique("from"), 2), lasting_topic(kafka, unique("to"), 2)
    written(kafka, source, 4000, partitions=2)
    installation = Installation(tmp_path, kafka)
    installation.python("tests.clusters.jobs.working", "copy", source, target, "2000")

    def moved_on(before: int) -> bool:
        return bool(installation.execute("select done > ? from clusters_job", before)[0][0])

    for _ in range(5):
        before = int(installation.execute("select done from clusters_job")[0][0])
        worker = installation.start("tests.clusters.jobs.working", "work")
        try:
            eventually(partial(moved_on, before), timeout=60)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
    assert installation.execute("select state from clusters_job") == [("running",)]
    worker = installation.start("tests.clusters.jobs.working", "work")
    try:
        eventually(lambda: installation.execute("select state from clusters_job") == [("done",)], timeout=90)
    finally:
        worker.kill()
        worker.wait()
    copies = sorted(consumed(kafka, target, 2))
    assert len(copies) == 4000
    assert copies == sorted(consumed(kafka, source, 2))


@pytest.mark.parametrize(
    ("last_written", "places"),
    [(None, {0: 7, 1: 0}), (3, {0: 7, 1: 0}), (4, {0: 9, 1: 2})],
)
def test_a_slice_that_kafka_has_is_not_written_again(last_written: int | None, places: dict[int, int]) -> None:
    standing, after = Standing({0: 7, 1: 0}, 3, 2), Standing({0: 9, 1: 2}, 4, 6)
    cursor = {"standing": standing.as_json(), "next": after.as_json()}
    assert resumed(cursor, SPANS, last_written).places == places


def test_a_copy_begins_at_the_beginning_and_knows_what_is_left() -> None:
    standing = resumed({}, SPANS, None)
    assert standing == beginning(SPANS)
    assert standing.unfinished(SPANS) == SPANS
    further = Standing({0: 10, 1: 1})
    assert (further.done(SPANS), further.unfinished(SPANS)) == (6, {1: Span(1, 3)})
