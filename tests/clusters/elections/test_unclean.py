"""Out-of-sync leaders: only where there is none, with what is lost said before; on a real Kafka that lost a broker."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.elections.unclean import elect_unclean
from clusters.gateway import configs, topics
from clusters.gateway.topics import Partition, TopicDescription
from clusters.models import Cluster
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_cluster, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import connection_of, create_topic_on, produce
from tests.kafka.waiting import eventually

LED = Partition(0, 1, (1, 2), (1,))
OFFLINE = Partition(1, None, (3, 2, 1), (3,))
LOST = Partition(2, None, (3,), (3,))


def test_only_partitions_without_a_leader_get_one_and_what_is_lost_is_said() -> None:
    election = elect_unclean(TopicDescription("t", False, (LED, OFFLINE, LOST)), {1, 2})
    assert election.leaders == {("t", 1): 2}
    assert [(step.before, step.after) for step in election.plan.steps] == [("no leader", "broker 2, out of sync")]
    assert "only broker 3 have are lost for good" in election.plan.warnings[0]
    assert election.plan.warnings[-1].endswith("so they stay as they are: t-2.")
    assert election.plan.destructive
    assert election.plan.commands[0].endswith("--election-type unclean --topic t --partition 1")
    assert elect_unclean(TopicDescription("t", False, (LED, OFFLINE)), {1, 2}, {0}).plan.steps == ()
    assert elect_unclean(TopicDescription("t", False, (LED,)), {1, 2}).plan.warnings == ()


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_a_replica_that_missed_records_leads_once_the_name_is_typed(
    mortal: KafkaCluster, admin: Client, ada: Program, unique: Callable[[str], str]
) -> None:
    cluster, connection = known_cluster(mortal), connection_of(mortal)
    topic = create_topic_on(mortal, unique("unclean"), [[1, 2]])

    def partition() -> Partition:
        return topics.describe(connection, topic).partitions[0]

    eventually(lambda: set(partition().isr) == {1, 2})
    configs.alter_topic(connection, topic, set={"min.insync.replicas": "1"})  # with 2, Kafka knows that 2 has all
    page = f"/clusters/local/topics/{topic}/elect-unclean-leaders/"
    assert "Every partition has a leader." in admin.get(page).content.decode()
    try:
        mortal.stop_broker(2)
        eventually(lambda: partition().isr == (1,), timeout=60)
        produce(mortal, topic, ["only on 1"])
        mortal.stop_broker(1)
        mortal.start_broker(2)
        eventually(lambda: partition().leader is None, timeout=60)
        shown = admin.get(page)
        assert "only broker 1 have are lost for good" in shown.content.decode()
        digest = shown.context["plan"].digest
        assert admin.post(page, {"confirm": "other", "plan": digest}).status_code == 422
        pat = User.objects.create_user("pat")
        Grant.objects.create(user=pat, role="viewer")
        assert signed_in(pat).post(page, {"confirm": topic}).status_code == 403
        path = f"{LOCAL}/topics/{topic}/elect-unclean-leaders"
        assert ada("POST", f"{path}?dry_run=true", {}).json()["plan"] == digest
        assert ada("POST", path, {}).status_code == 422
        assert partition().leader is None
        assert admin.post(page, {"confirm": topic, "plan": digest}).status_code == 302
        assert partition().leader == 2
        assert AuditEntry.objects.get(action="topics.unclean", outcome="done").resource == topic
        assert ada("POST", f"{path}?confirm={topic}", {}).json()["steps"] == []
        Cluster.objects.filter(pk=cluster.pk).update(read_only=True)
        assert admin.post(page, {"confirm": topic, "plan": digest}).status_code == 403
    finally:
        mortal.start_broker(1)
        mortal.wait_until_usable()
