import pytest
from django.test import Client

from clusters.gateway import offsets, topics
from clusters.gateway.clients import coordinators, pool
from clusters.gateway.errors import TimedOut, Unreachable
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups import offsets as group_offsets
from clusters.models import Broker, Cluster, Mirror
from clusters.tasks import SOON
from tests.conftest import known_cluster, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic, produce
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def inhabited(mortal: KafkaCluster) -> None:
    """Have topics and a group on the brokers that these tests stop."""
    create_topic(mortal, "safe", partitions=3, replication=3)
    create_topic(mortal, "alone", partitions=3, replication=1)
    produce(mortal, "safe", ["a", "b"])
    commit(mortal, "reader", {("safe", 0): 1})


@pytest.fixture
def doomed(mortal: KafkaCluster, inhabited: None) -> Cluster:
    """A cluster record of these brokers, mirrored while all are healthy."""
    cluster = known_cluster(mortal, slug="doomed")

    def healthy() -> bool:
        mirror(cluster)
        state = Mirror.objects.get()
        return not state.error and not state.failures and Broker.objects.filter(online=True, out_of_sync=0).count() == 3

    eventually(healthy, timeout=90)
    return cluster


def pages(client: Client) -> dict[str, str]:
    paths = ("", "brokers/", "topics/", "groups/", "acls/")
    return {path: client.get(f"/clusters/doomed/{path}").content.decode() for path in paths}


def test_a_stopped_broker_is_named_and_everything_else_goes_on(
    mortal: KafkaCluster, doomed: Cluster, admin: Client
) -> None:
    mortal.stop_broker(3, kill=True)
    try:

        def noticed() -> bool:
            mirror(doomed)
            lagging = doomed.topics.filter(name="safe", under_replicated=3).exists()
            return lagging and Broker.objects.filter(broker_id=3, online=False).exists()

        eventually(noticed, timeout=60)
        assert Mirror.objects.get().error == ""
        shown = pages(admin)
        assert "broker 3 is down" in shown[""]
        assert "under-replicated" in shown[""]
        assert "without a leader" in shown["topics/"]
        assert admin.get("/clusters/doomed/topics/safe/").status_code == 200
        alone = admin.get("/clusters/doomed/topics/alone/").content.decode()
        assert "no leader" in alone
        assert admin.get("/clusters/doomed/groups/reader/").status_code in {200, 504}
        assert "down" in admin.get("/clusters/doomed/brokers/3/").content.decode()
    finally:
        mortal.start_broker(3)


def test_a_broker_that_never_answers_makes_its_part_stale_not_the_cluster_offline(
    mortal: KafkaCluster, doomed: Cluster, admin: Client
) -> None:
    mortal.pause_broker(2)
    try:
        metadata = topics.list_topics(doomed.connection())
        leaders = {
            (topic.name, partition.id): partition.leader for topic in metadata.topics for partition in topic.partitions
        }
        marks, _ = offsets.watermarks(doomed.connection(), leaders, leaders=leaders, timeout=2)
        # Only what it leads, or led until the controller declared it dead.
        assert {leaders[key] for key, mark in marks.items() if mark.high is None} <= {2, None}
        Mirror.objects.update(sizes_as_of=None)
        mirror(doomed)
        state = Mirror.objects.get()
        assert state.error == ""
        # The controller declares a silent broker dead after a while; from then on it is down.
        given_up = Broker.objects.filter(broker_id=2, online=False).exists()
        assert state.failures or given_up
        # The next run comes soon, not after twice the seconds spent waiting for the broker.
        assert state.looked_at
        assert state.due_at
        assert (state.due_at - state.looked_at).total_seconds() == SOON or given_up
        shown = admin.get("/clusters/doomed/topics/").content.decode()
        assert "Some parts did not respond" in shown or given_up
        assert {"safe", "alone"} <= set(doomed.topics.values_list("name", flat=True))
        stranger = admin.get("/clusters/doomed/groups/stranger/")
        if 2 in {broker.id for broker in topics.list_topics(doomed.connection()).brokers}:
            assert stranger.status_code == 504
            assert "Whether there is a group stranger is not known" in stranger.content.decode()
        fields = {"configs": "retention.ms=7200000", "action": "apply"}

        def changed() -> bool:
            """Each try succeeds, or reports that no broker answered: the hanging one may have been asked."""
            response = admin.post("/clusters/doomed/topics/safe/configs/", fields, follow=True)
            assert response.status_code in {200, 504}
            return "Configuration of safe updated." in response.content.decode()

        eventually(changed, timeout=60)
    finally:
        mortal.resume_broker(2)


def test_who_comes_anew_is_answered_while_a_broker_hangs(mortal: KafkaCluster, doomed: Cluster) -> None:
    """Any broker may be named as controller, also the one that hangs: new clients must not wait for that one."""
    connection = doomed.connection()
    for broker in (1, 2, 3):
        mortal.pause_broker(broker)
        try:
            for _ in range(4):
                pool.forget(connection)
                assert {"safe", "alone"} <= {topic.name for topic in topics.list_topics(connection).topics}
        finally:
            mortal.resume_broker(broker)
        eventually(lambda: len(topics.list_topics(connection).brokers) == 3, timeout=60)


def test_a_reset_that_the_coordinator_does_not_answer_ends_in_a_sentence(mortal: KafkaCluster, doomed: Cluster) -> None:
    connection = doomed.connection()
    coordinator = coordinators.find_one(connection, "reader", timeout=5)
    mortal.pause_broker(coordinator)
    try:
        with pytest.raises((TimedOut, Unreachable)) as failed:
            group_offsets.alter(connection, "reader", {("safe", 0): 0}, timeout=2)
        assert failed.value.advice
    finally:
        mortal.resume_broker(coordinator)

    def moved() -> bool:
        group_offsets.alter(connection, "reader", {("safe", 0): 2})
        return groups.committed(connection, ["reader"]).items[0].offsets[("safe", 0)] == 2

    eventually(moved, timeout=60)


def test_with_all_brokers_stopped_the_lists_still_answer_and_say_how_old_they_are(
    mortal: KafkaCluster, doomed: Cluster, admin: Client
) -> None:
    for broker in (1, 2, 3):
        mortal.stop_broker(broker, kill=True)
    try:
        mirror(doomed)
        assert Mirror.objects.get().error
        for path, shown in pages(admin).items():
            assert "Kafka is unreachable" in shown, path
        assert "safe" in pages(admin)["topics/"]
        assert "reader" in pages(admin)["groups/"]
        detail = admin.get("/clusters/doomed/topics/safe/")
        assert detail.status_code in {502, 504}
        assert "Check that the brokers are running" in detail.content.decode()
        typed = {"name": "kept", "partitions": 1, "replication_factor": 1}
        response = admin.post("/clusters/doomed/topics/new/", typed)
        assert response.status_code == 422
        assert 'value="kept"' in response.content.decode()
    finally:
        mortal.start()
