from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from clusters.inventory.mirror import SIZES_EVERY, MirrorRun
from clusters.models import AclEntry, Broker, Cluster, Group, GroupTopic, Mirror, Topic
from clusters.tasks import mirror_cluster
from tests.conftest import known_cluster, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, create_topic, delete_topic, produce
from tests.kafka.jars import RELEASE
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def test_a_pass_mirrors_brokers_topics_and_groups(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> None:
    topic, group = create_topic(kafka, unique("seen"), partitions=2, replication=3), unique("reader")
    produce(kafka, topic, ["a", "b", "c"])
    commit(kafka, group, {(topic, 0): 1})
    mirror(cluster)
    assert (
        list(Broker.objects.values_list("broker_id", "online", "rack"))
        == [
            (1, True, ""),
            (2, True, ""),
            (3, True, ""),
        ]
        or Broker.objects.filter(online=True).count() == 3
    )
    row = Topic.objects.get(name=topic)
    assert (row.partitions, row.replication, row.messages, row.under_replicated, row.offline) == (2, 3, 3, 0, 0)
    assert (row.cleanup_policy, row.min_isr, row.under_min_isr) == ("delete", 2, 0)
    assert row.size is not None
    group_row = Group.objects.get(name=group)
    assert (group_row.state, group_row.type, group_row.lag, group_row.unknown, group_row.members) == (
        "Empty",
        "classic",
        2,
        0,
        0,
    )
    assert GroupTopic.objects.get(group=group).topic == topic
    state = Mirror.objects.get()
    assert (state.error, state.version, state.failures) == ("", RELEASE, [])
    assert state.controller_id in {1, 2, 3}
    assert state.authorizer_class.endswith("StandardAuthorizer")
    assert (state.super_users, state.allow_everyone) == (None, None)  # set, and hidden by the brokers


def test_records_that_arrive_are_counted_per_second_also_when_they_stop(
    kafka: KafkaCluster, cluster: Cluster, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("rated"), partitions=2)

    def measured(records: int) -> Topic:
        """Produce, and mirror as if a minute had passed since the last measurement."""
        if records:
            produce(kafka, topic, [str(number) for number in range(records)])
        Mirror.objects.filter(cluster=cluster).update(rates_as_of=timezone.now() - timedelta(minutes=1))
        mirror(cluster)
        return Topic.objects.get(name=topic)

    def seen() -> Topic | None:
        """Mirror, as if for the first time, until the broker that is asked knows of the topic."""
        Mirror.objects.filter(cluster=cluster).update(rates_as_of=None)
        mirror(cluster)
        return Topic.objects.filter(name=topic).first()

    first = eventually(seen)
    assert first is not None
    assert (first.end_offsets, first.rate, first.last_record_at) == (0, None, None)
    busy = measured(120)
    assert busy.end_offsets == 120
    assert busy.rate is not None
    assert 1 < busy.rate <= 2  # however long the mirror takes
    assert busy.last_record_at is not None
    calm = measured(0)
    assert (calm.rate, calm.last_record_at) == (0, busy.last_record_at)


def test_what_is_gone_from_kafka_goes_from_the_lists(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> None:
    topic = create_topic(kafka, unique("passing"))
    mirror(cluster)
    assert Topic.objects.filter(name=topic).exists()
    delete_topic(kafka, topic)

    def gone() -> bool:
        mirror(cluster)
        return not Topic.objects.filter(name=topic).exists()

    eventually(gone)


def test_a_group_whose_coordinator_is_gone_stays_for_one_more_run(
    kafka: KafkaCluster, cluster: Cluster, unique: Unique
) -> None:
    """The next coordinator lists it once it has loaded what the last one knew; until then no broker does."""
    moving, gone = unique("moving"), unique("gone")
    mirror(cluster)
    Mirror.objects.update(configs_as_of=None)  # the next run is a whole one
    for group, coordinator in ((moving, 99), (gone, 1)):
        Group.objects.create(cluster=cluster, name=group, state="Stable", coordinator=coordinator, topics=1)
        GroupTopic.objects.create(cluster=cluster, group=group, topic="orders")
    mirror_cluster(cluster.pk)
    assert Group.objects.filter(name__in=[moving, gone]).get().name == moving
    assert GroupTopic.objects.filter(group=moving).exists()
    mirror_cluster(cluster.pk)
    assert not Group.objects.filter(name=moving).exists()
    assert not GroupTopic.objects.filter(group=moving).exists()


def test_a_wrong_password_is_said_and_leaves_the_lists(kafka: KafkaCluster, cluster: Cluster, admin: Client) -> None:
    mirror(cluster)
    seen = Broker.objects.count()
    cluster.secrets = type(cluster.secrets)(password="wrong")
    cluster.save()
    mirror(cluster)
    state = Mirror.objects.get()
    assert "uthentication" in state.error
    assert state.advice
    assert Broker.objects.count() == seen
    page = admin.get("/clusters/local/topics/").content.decode()
    assert "Kafka is unreachable" in page
    assert "wrong" not in state.error


def test_only_one_worker_looks_at_a_cluster_at_a_time(cluster: Cluster) -> None:
    Mirror.objects.create(cluster=cluster)
    held = Mirror.take(cluster.pk, timezone.now())
    assert held is not None
    assert Mirror.take(cluster.pk, timezone.now()) is None
    mirror_cluster(cluster.pk)
    assert Mirror.objects.get().looked_at is None


def test_a_worker_that_lost_its_lease_saves_nothing(cluster: Cluster) -> None:
    Mirror.objects.create(cluster=cluster)
    first = Mirror.take(cluster.pk, timezone.now())
    assert first is not None
    Mirror.objects.update(lease_until=timezone.now())
    second = Mirror.take(cluster.pk, timezone.now())
    assert second is not None
    from clusters.tasks import finish

    first.error = "from the first"
    finish(first)
    assert Mirror.objects.get().error == ""
    finish(second)
    assert Mirror.objects.get().looked_at is not None


def test_a_pass_that_began_before_a_change_writes_nothing(kafka: KafkaCluster, cluster: Cluster) -> None:
    from clusters.inventory.writes import Overtaken
    from clusters.topics.rows import topic_deleted

    Mirror.objects.create(cluster=cluster)
    state = Mirror.take(cluster.pk, timezone.now())
    assert state is not None
    topic_deleted(cluster, "something")
    with pytest.raises(Overtaken):
        MirrorRun(cluster, state, timezone.now()).run()
    assert not Broker.objects.exists()


def test_a_principal_without_rights_sees_what_it_may_and_is_told_the_rest(
    kafka: KafkaCluster, admin: Client, unique: Unique
) -> None:
    create_topic(kafka, unique("closed"))
    poor = known_cluster(kafka, slug="poor", user="app")
    mirror(poor)
    assert Broker.objects.filter(cluster=poor).count() == 3
    assert not AclEntry.objects.filter(cluster=poor).exists()
    assert admin.get("/clusters/poor/topics/").status_code == 200


def test_the_page_says_what_a_look_costs_kafka(cluster: Cluster, admin: Client) -> None:
    def counted() -> Mirror | None:
        mirror(cluster)
        row = Mirror.objects.get(pk=cluster.pk)
        return row if (row.requests or 0) >= 5 else None

    mirrored = eventually(counted)
    assert mirrored
    assert mirrored.bytes_received > mirrored.bytes_sent > 100  # type: ignore[operator]
    assert "Kafka requests (" in admin.get("/clusters/local/").content.decode()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[MirrorRun]:
    """Return the list of the runs that were made, beside looks that only compared."""
    made: list[MirrorRun] = []
    run = MirrorRun.run

    def counted(self: MirrorRun) -> None:
        made.append(self)
        run(self)

    monkeypatch.setattr(MirrorRun, "run", counted)
    return made


def wait_for_quiet(cluster: Cluster, runs: list[MirrorRun]) -> None:
    """Look until a look makes no run; others use this Kafka, too, so that not every one is without news."""

    def is_quiet() -> bool:
        before = len(runs)
        mirror(cluster)
        return len(runs) == before

    eventually(is_quiet, timeout=90)


def test_while_nothing_changes_a_look_only_compares_and_any_change_shows_in_the_next(
    kafka: KafkaCluster, cluster: Cluster, unique: Unique, runs: list[MirrorRun]
) -> None:
    topic, group = create_topic(kafka, unique("quiet")), unique("reader")
    produce(kafka, topic, ["a"])
    commit(kafka, group, {(topic, 0): 0})
    wait_for_quiet(cluster, runs)
    state = Mirror.objects.get()
    assert (state.error, state.failures) == ("", [])
    assert state.current_as_of
    assert (timezone.now() - state.current_as_of).total_seconds() < 60
    produce(kafka, topic, ["b"])
    mirror(cluster)
    assert Topic.objects.get(name=topic).messages == 2
    wait_for_quiet(cluster, runs)
    commit(kafka, group, {(topic, 0): 1})
    mirror(cluster)
    assert Group.objects.get(name=group).lag == 1
    wait_for_quiet(cluster, runs)
    new = create_topic(kafka, unique("new"))

    def is_listed() -> bool:
        """Look: it may take a moment until the brokers have learned of it from the controller."""
        mirror(cluster)
        return Topic.objects.filter(name=new).exists()

    eventually(is_listed, timeout=10)


def test_rows_that_another_wrote_meanwhile_are_read_again(cluster: Cluster, runs: list[MirrorRun]) -> None:
    wait_for_quiet(cluster, runs)
    before = len(runs)
    assert Mirror.take(cluster.pk, timezone.now())
    Mirror.objects.update(lease_until=None)
    mirror(cluster)
    assert len(runs) == before + 1
    wait_for_quiet(cluster, runs)
    before = len(runs)
    Mirror.objects.update(changes=Mirror.objects.get().changes + 1)
    mirror(cluster)
    assert len(runs) == before + 1


def test_sizes_on_disk_are_read_alone_where_nothing_else_has_changed(
    kafka: KafkaCluster, cluster: Cluster, unique: Unique, runs: list[MirrorRun]
) -> None:
    topic = create_topic(kafka, unique("sized"))
    produce(kafka, topic, ["a" * 1000])
    wait_for_quiet(cluster, runs)

    def is_read_alone() -> bool:
        """Look with sizes that are wrong and old; others use this Kafka, too, so that it may take a whole run."""
        Topic.objects.filter(name=topic).update(size=1)
        Broker.objects.update(disk_free=None)
        Mirror.objects.update(sizes_as_of=timezone.now() - 2 * SIZES_EVERY)
        before = len(runs)
        mirror(cluster)
        assert (Topic.objects.get(name=topic).size or 0) > 1000
        assert not Broker.objects.filter(disk_free=None).exists()
        assert timezone.now() - (Mirror.objects.get().sizes_as_of or timezone.now()) < SIZES_EVERY
        return len(runs) == before

    eventually(is_read_alone, timeout=90)
