"""Recreating a topic: on a real Kafka; and what speaks against it."""

from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway import configs, topics
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import InvalidRequest
from clusters.gateway.topics import NewTopic, Partition, TopicDescription
from clusters.models import Cluster, Topic
from clusters.topics import commands
from clusters.topics.recreating import RecreationFailed
from clusters.topics.recreation_plan import Situation, objection, recreate
from core.plan import Plan
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer, create_topic, produce

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
TWO = TopicDescription("t", False, (Partition(0, 2, (2, 1), (2, 1)), Partition(1, 3, (3, 2), (3,))), "id-1")
SITUATION = Situation(TWO, NewTopic("t", 2, 2, {"retention.ms": "5", "a": "b c"}, ((2, 1), (3, 2))))


def address(topic: str) -> str:
    return f"/clusters/local/topics/{topic}/recreate/"


def own(connection: Connection, topic: str) -> dict[str, str | None]:
    entries = configs.describe_topic(connection, topic)
    return {entry.name: entry.value for entry in entries if entry.source == "DYNAMIC_TOPIC_CONFIG"}


def test_a_topic_is_empty_afterwards_and_otherwise_as_it_was(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    topic = unique("again")
    assignment = ((3, 1), (2, 3), (1, 2))
    topics.create(connection, NewTopic(topic, 3, 2, {"retention.ms": "600000"}, assignment))
    produce(kafka, topic, ["a", "b"])
    before = topics.describe(connection, topic)
    assert tuple(partition.replicas for partition in before.partitions) == assignment
    mirror(cluster)
    shown = admin.get(address(topic))
    html = unescape(shown.content.decode())
    assert "--replica-assignment 3:1,2:3,1:2 --config retention.ms=600000" in html
    plan = {"action": "apply", "plan": shown.context["plan"].digest}
    assert admin.post(address(topic), {**plan, "confirm": "other"}).status_code == 422
    assert topics.describe(connection, topic).topic_id == before.topic_id
    done = admin.post(address(topic), {**plan, "confirm": topic}, follow=True)
    assert f"Topic {topic} recreated." in done.content.decode()
    after = topics.describe(connection, topic)
    assert after.topic_id != before.topic_id
    assert tuple(partition.replicas for partition in after.partitions) == assignment
    assert own(connection, topic) == {"retention.ms": "600000"}
    entry = AuditEntry.objects.get(action="topics.recreate")
    steps = {(step["subject"], step["after"]) for step in entry.steps}
    assert {("replica assignment", "3:1,2:3,1:2"), ("retention.ms", "600000")} <= steps
    assert Topic.objects.get(cluster=cluster, name=topic).messages == 0
    again = admin.post(address(topic), {**plan, "confirm": topic})  # the plan of the topic that is gone
    assert "changed in the meantime" in unescape(again.content.decode())
    assert topics.describe(connection, topic).topic_id == after.topic_id


def test_active_members_are_confirmed_and_programs_confirm_by_name(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, ada: Program, unique: Unique
) -> None:
    topic, group = create_topic(kafka, unique("read")), unique("readers")
    commit(kafka, group, {(topic, 0): 0})
    with consumer(kafka, group, [topic]):
        mirror(cluster)
        html = unescape(admin.get(address(topic)).content.decode())
        assert f"1 group of its readers with active members: {group}." in html
        assert "Recreate the topic" not in html
        path = f"{LOCAL}/topics/{topic}/recreate"
        assert ada("POST", f"{path}?dry_run=true", {}).status_code == 409
        planned = ada("POST", f"{path}?dry_run=true", {"under_members": True}).json()
        assert any(group in warning for warning in planned["warnings"])
        confirmed = admin.post(address(topic), {"action": "preview", "under_members": "on"})
        assert "Recreate the topic" in confirmed.content.decode()
    assert ada("POST", path, {"under_members": True}).status_code == 422
    before = topics.describe(connection, topic).topic_id
    done = ada("POST", f"{path}?confirm={topic}&plan={planned['plan']}", {"under_members": True})
    assert done.json()["done"], done.content
    assert topics.describe(connection, topic).topic_id != before


def test_what_cannot_be_created_again_is_said_with_what_to_do(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, unique: Unique,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    topic = create_topic(kafka, unique("lost"), partitions=2)
    plan = admin.get(address(topic)).context["plan"]

    def refuse(*_: object) -> None:
        raise InvalidRequest("The controller is out of order.")

    monkeypatch.setattr(topics, "create_when_free", refuse)
    response = admin.post(address(topic), {"action": "apply", "plan": plan.digest, "confirm": topic})
    html = unescape(response.content.decode())
    assert response.status_code == 502
    assert f"Topic {topic} was deleted, but could not be created again: The controller is out of order." in html
    assert plan.commands[1] in html
    assert 'name="partitions" value="2"' in html
    entry = AuditEntry.objects.get(action="topics.recreate")
    assert (entry.outcome, len(entry.steps)) == ("failed", 3)
    assert "could not be created again" in entry.detail


def test_who_may_not_deletes_nothing_and_internal_topics_stay(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, unique: Unique
) -> None:
    topic = create_topic(kafka, unique("stays"))
    person = User.objects.create_user("team")
    Grant.objects.create(user=person, role="operator", clusters="local", resources="other-*")
    assert signed_in(person).post(address(topic), {"action": "apply", "confirm": topic}).status_code == 403
    Cluster.objects.update(read_only=True)
    root = signed_in(User.objects.create_superuser("root"))
    assert root.post(address(topic), {"action": "apply", "confirm": topic}).status_code == 403
    Cluster.objects.update(read_only=False)
    internal = root.get(address("__consumer_offsets"))
    assert "is an internal topic of Kafka" in internal.content.decode()
    assert topics.describe(connection, topic)


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        (replace(SITUATION, topic=replace(TWO, internal=True)), "internal topic"),
        (replace(SITUATION, moving=1), "1 partition of t is being reassigned"),
        (replace(SITUATION, moving=2), "2 partitions of t are being reassigned"),
        (replace(SITUATION, away=(2, 3)), "on brokers 2, 3, down now"),
        (replace(SITUATION, consuming=("a",), hidden=2), "3 groups of its readers with active members: a, 2 hidden"),
        (replace(SITUATION, unchecked=("b",)), "Whether a group has active members could not be checked: b."),
    ],
)
def test_it_is_refused_while_in_doubt(situation: Situation, words: str) -> None:
    assert words in objection(situation, under_members=False)
    only_members = not (situation.moving or situation.away or situation.topic.internal)
    assert (objection(situation, under_members=True) == "") == only_members


def test_the_plan_has_the_whole_definition_and_its_commands() -> None:
    plan = recreate(replace(SITUATION, auto_create=True), Plan("topics.delete", "t", (), ("Its records are lost.",)))
    assert [(step.kind, step.subject, step.after) for step in plan.steps] == [
        ("remove", "topic t", None),
        ("add", "topic t", "2 partitions, replication factor 2"),
        ("add", "replica assignment", "2:1,3:2"),
        ("add", "a", "b c"),
        ("add", "retention.ms", "5"),
    ]
    assert plan.steps[0].before == "2 partitions, ID id-1"
    assert any("auto.create.topics.enable" in warning for warning in plan.warnings)
    assert "--config 'a=b c'" in plan.commands[1]
    other = recreate(replace(SITUATION, topic=replace(TWO, topic_id="id-2")), Plan("topics.delete", "t", ()))
    assert other.digest != plan.digest
    assert commands.create(SITUATION.definition) in RecreationFailed("x", SITUATION.definition).advice
