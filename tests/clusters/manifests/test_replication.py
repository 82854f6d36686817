"""A manifest's replication factors become one reassignment; drift and apply call the same a difference."""

from collections.abc import Callable

import pytest
from django.test import Client

from clusters.gateway.clients.connection import Connection
from clusters.gateway.reassigning.partitions import alter
from clusters.manifests.differences import Factor, ReplicationDiffers, differences
from clusters.manifests.present import Present, PresentTopic
from clusters.manifests.reading import read
from clusters.manifests.replication import plan_replication
from clusters.models import Cluster, Job
from tests.clusters.manifests.test_pages import PAGE, compared
from tests.clusters.reassignment.moving import filled_topic, replicas_of, run
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.waiting import eventually


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
        ("replication factor of a", "1", "3"), ("replication factor of b", "1", "2"),
    ]  # fmt: skip
    assert plan_replication(ReplicationDiffers({"a": Factor("1", 3)})).resource == "a"


@pytest.mark.django_db
@pytest.mark.usefixtures("sole_mover")
def test_applying_a_manifest_moves_replicas_by_a_job(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Callable[[str], str]
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
    page, form = compared(admin, text)
    assert "Apply 1 change" in page
    assert "A job moves the replicas" in page
    assert "1 change applied." in admin.post(PAGE, form, follow=True).content.decode()
    assert "Another reassignment is running" in compared(admin, text)[0]
    job = run(Job.objects.get(state__in=Job.OPEN))
    assert (job.state, job.failure) == (Job.FINISHED, "")
    eventually(lambda: [len(each) for name in (first, two) for each in replicas_of(connection, name)] == [2, 2, 1])
    assert "The cluster is as the file says." in compared(admin, text)[0]
    assert "The cluster is as its manifest says." in admin.post(f"{drift}compare/", follow=True).content.decode()
    page, _ = compared(admin, f"topics: {{{first}: {{replication_factor: 9}}}}")
    assert "unchanged" in page or "brokers" in page
    assert "Apply 1 change" not in page
