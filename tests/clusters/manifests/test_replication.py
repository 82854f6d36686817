"""A manifest's replication factors become one reassignment; drift and apply call the same a difference."""

from collections.abc import Callable

import pytest
from django.test import Client

from clusters.gateway.clients.connection import Connection
from clusters.gateway.reassigning.partitions import alter
from clusters.jobs.running import work
from clusters.manifests.differences import Factor, ReplicationDiffers, differences
from clusters.manifests.present import Present, PresentTopic
from clusters.manifests.reading import read
from clusters.manifests.replication import plan_replication
from clusters.models import Cluster, Job
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.manifests.test_pages import PAGE, compared
from tests.clusters.reassignment.moving import filled_topic, replicas_of, run, throttles_of
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.waiting import eventually

RATE = 10 * 2**20


@pytest.mark.parametrize(
    ("most", "fewest", "expected", "words"),
    [(2, None, 2, ""), (2, 2, 2, ""), (2, None, 3, "2"), (3, 2, 3, "2 to 3"), (3, 2, 2, "2 to 3"), (3, 1, 4, "1 to 3")],
)
def test_each_partition_has_to_have_the_factor(most: int, fewest: int | None, expected: int, words: str) -> None:
    present = Present({"orders": PresentTopic(3, most, fewest_replicas=fewest)})
    differing = differences(read(f"topics: {{orders: {{replication_factor: {expected}}}}}"), present, remove=False)
    assert differing == ([ReplicationDiffers({"orders": Factor(words, expected)})] if words else [])


def test_several_topics_are_one_change_that_needs_access_to_all() -> None:
    manifest = read("topics: {a: {replication_factor: 3}, b: {replication_factor: 2}, c: {replication_factor: 1}}")
    present = Present({name: PresentTopic(1, 1) for name in "abc"})
    (difference,) = differences(manifest, present, remove=False)
    assert isinstance(difference, ReplicationDiffers)
    plan = plan_replication(difference)
    assert (plan.action, plan.resource, plan.destroys) == ("topics.reassign", "*", False)
    assert [(step.subject, step.before, step.after) for step in plan.steps] == [
        ("replication factor of a", "1", "3"), ("replication factor of b", "1", "2"), ("throttle", None, "none"),
    ]  # fmt: skip
    assert "It has no throttle unless" in plan.warnings[0]
    throttled = plan_replication(difference, 10 * 2**20)
    assert throttled.steps[-1].after == "10.0 MiB/s per broker, removed at the end"
    assert throttled.digest != plan.digest
    assert "no throttle" not in throttled.warnings[0]
    assert plan_replication(ReplicationDiffers({"a": Factor("1", 3)})).resource == "a"


@pytest.mark.django_db
@pytest.mark.usefixtures("sole_mover")
def test_applying_a_manifest_moves_replicas_by_a_job(
    kafka: KafkaCluster,
    connection: Connection,
    cluster: Cluster,
    admin: Client,
    ada: Program,
    unique: Callable[[str], str],
) -> None:
    first = filled_topic(kafka, connection, unique("one"), [[1], [2]])
    alter(connection, {(first, 1): (2, 3)})
    eventually(lambda: replicas_of(connection, first) == [(1,), (2, 3)])
    two = filled_topic(kafka, connection, unique("two"), [[1, 2, 3]])
    mirror(cluster)
    text = f"topics: {{{first}: {{replication_factor: 2}}, {two}: {{replication_factor: 1}}}}"
    drift = "/clusters/local/manifest/drift/"
    shown = admin.post(f"{drift}manifest/", {"text": text}, follow=True).content.decode()
    assert "2 differences" in shown
    assert "1 to 2" in shown
    wrong = admin.post(PAGE, {"text": text, "rate": "fast"})
    assert wrong.status_code == 422
    assert "Bytes are required" in wrong.content.decode()
    assert "It has no throttle unless one is entered here" in compared(admin, text)[0]
    items = ada("POST", f"{LOCAL}/manifest/compare", {"text": text, "rate": RATE}).json()["items"]
    assert items[0]["steps"][-1]["after"] == "10.0 MiB/s per broker, removed at the end"
    page, form = compared(admin, text, rate="10 MiB")
    assert "Apply 1 change" in page
    assert "10.0 MiB/s per broker" in page
    assert "changed in the meantime" in admin.post(PAGE, form | {"rate": ""}).content.decode()
    assert "1 change applied." in admin.post(PAGE, form, follow=True).content.decode()
    assert "Another reassignment is running" in compared(admin, text)[0]
    job = Job.objects.get(state__in=Job.OPEN)
    work(job.pk, lambda: True)  # its worker leaves once replicas move
    rates = {value for name, value in throttles_of(connection, first, two).items() if name.endswith(".rate")}
    assert rates == {str(RATE)}
    run(job)
    assert (job.state, job.failure) == (Job.FINISHED, "")
    assert throttles_of(connection, first, two) == {}
    eventually(lambda: [len(each) for name in (first, two) for each in replicas_of(connection, name)] == [2, 2, 1])
    assert "The cluster is as the file says." in compared(admin, text)[0]
    assert "The cluster is as its manifest says." in admin.post(f"{drift}compare/", follow=True).content.decode()
    page, _ = compared(admin, f"topics: {{{first}: {{replication_factor: 9}}}}")
    assert "unchanged" in page or "brokers" in page
    assert "Apply 1 change" not in page
