"""Changes that wait for a second person, from the command line, on a real Kafka."""

from collections.abc import Callable

import pytest

from accounts.models import Grant
from clusters.models import ApprovalRequest, Cluster
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import ada as ada  # a fixture
from tests.api.conftest import person, program_of
from tests.conftest import known_topic
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_change_waits_and_another_user_decides(
    run: Run, kafka: KafkaCluster, cluster: Cluster, unique: Callable[[str], str]
) -> None:
    Cluster.objects.update(needs_approval=True)
    bob = person("bob", "operator")
    Grant.objects.create(user=bob, role="custom", actions=["approvals.decide"])
    other = {"KAFKAADMIN_TOKEN": program_of(bob).secret}
    topics = [known_topic(kafka, unique("orders")) for _ in range(2)]
    for topic in topics:
        waits = run("topics", "delete", topic)
        assert (waits.exit_code, "a second person has to approve request" in waits.output) == (4, True), waits.output
    first, second = ApprovalRequest.objects.order_by("pk").values_list("pk", flat=True)
    assert done(run("approvals", "list")).count("waiting") == 2
    own = run("approvals", "approve", str(first))
    assert (own.exit_code, "Nobody decides their own request" in own.output) == (1, True)
    assert "state: applied" in done(run("approvals", "approve", str(first), **other))
    assert "decision: in use" in done(run("approvals", "refuse", str(second), "--reason", "in use", **other))
    assert f"{topics[1]}: topic {topics[1]}: 1 partition → removed" in done(run("approvals", "show", str(second)))
    assert run("approvals", "cancel", str(second)).exit_code == 1
