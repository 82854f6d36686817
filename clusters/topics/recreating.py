"""Recreating a topic from what Kafka says of it now: planned, tried out under another name, deleted, created."""

from collections.abc import Callable
from dataclasses import replace

from clusters.gateway import cluster as kafka_cluster
from clusters.gateway import configs
from clusters.gateway import topics as kafka
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Conflict, KafkaFailure, NotFound
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups.describing import GroupListing
from clusters.gateway.reassigning.partitions import list_reassignments
from clusters.gateway.topics import NewTopic, TopicDescription
from clusters.models import Cluster, Group, GroupTopic
from clusters.topics import commands, rows
from clusters.topics import recreation_plan as rules
from clusters.topics.cloning import clone
from clusters.topics.queries import deletion_plan
from clusters.topics.recreation_plan import Situation
from core.plan import Plan

AUTO_CREATE = "auto.create.topics.enable"
DELETED = "Topic {} was deleted, but could not be created again: {}"
UNKNOWN = "It is not known whether topic {} was deleted, and it was not created again: {}"
REFUSED = "Kafka would not create the topic again, so it was not deleted: {}"
ADVICE = "If the topic does not exist, create it: {} The audit log has its whole definition."
LONGEST_STEM = 230  # characters of a name, with room for what a trial adds


class RecreationFailed(KafkaFailure):
    """A topic was deleted, or perhaps was, and is not there again; ``definition`` is what it was."""

    def __init__(self, sentence: str, definition: NewTopic) -> None:
        super().__init__(sentence, ADVICE.format(commands.create(definition)))
        self.definition = definition

    @property
    def command(self) -> str:
        return commands.create(self.definition)


def situation_of(cluster: Cluster, topic: str, can_see_group: Callable[[str], bool]) -> Situation:
    """Return a topic, its definition, and what speaks against recreating it.

    Raises:
        NotFound: there is no such topic.
        KafkaFailure: with the cause.
    """
    connection = cluster.connection()
    description = kafka.describe(connection, topic)
    definition = replace(
        clone(description, configs.describe_topic(connection, topic), topic),
        assignment=tuple(partition.replicas for partition in description.partitions),
    )
    alive = {broker.id for broker in kafka_cluster.describe(connection).brokers}
    holders = {replica for replicas in definition.assignment for replica in replicas}
    consuming, unchecked = consumers_of(cluster, topic)
    visible = tuple(filter(can_see_group, consuming))
    return Situation(
        description,
        definition,
        moving=len(list_reassignments(connection, [(topic, partition.id) for partition in description.partitions])),
        away=tuple(sorted(holders - alive)),
        consuming=visible,
        hidden=len(consuming) - len(visible),
        unchecked=tuple(filter(can_see_group, unchecked)),
        auto_create=configs.broker_default(connection, AUTO_CREATE) == "true",
    )


def consumers_of(cluster: Cluster, topic: str) -> tuple[list[str], list[str]]:
    """Return the groups with offsets of a topic that have members now, and those of which that is not known.

    Raises:
        KafkaFailure: no broker answered.
    """
    names = GroupTopic.objects.filter(cluster=cluster, topic=topic).values("group")
    readers = Group.objects.filter(cluster=cluster, name__in=names)
    listings = [GroupListing(row.name, row.state, row.type, "", row.coordinator) for row in readers]
    if not listings:
        return [], []
    details = groups.describe(cluster.connection(), listings).items
    answered = {detail.name for detail in details}
    unchecked = [listing.name for listing in listings if listing.name not in answered]
    return [detail.name for detail in details if detail.members], unchecked


def plan_recreation(
    cluster: Cluster, situation: Situation, can_see_group: Callable[[str], bool], *, under_members: bool
) -> Plan:
    """Plan to recreate a topic.

    Raises:
        Conflict: something speaks against it.
        KafkaFailure: with the cause.
    """
    reason = rules.objection(situation, under_members=under_members)
    if reason:
        raise Conflict(reason, field="under_members" if reason == rules.members(situation) else None)
    return rules.recreate(situation, deletion_plan(cluster, situation.topic.name, can_see_group))


def try_out(connection: Connection, definition: NewTopic) -> None:
    """Have Kafka check the definition, under another name: its own one is taken.

    Raises:
        Conflict: Kafka refuses it.
    """
    trial = replace(definition, name=f"{definition.name[:LONGEST_STEM]}-recreation-trial")
    try:
        kafka.create(connection, trial, validate_only=True)
    except KafkaFailure as failure:
        raise Conflict(REFUSED.format(failure.sentence), failure.advice) from failure


def recreate(connection: Connection, topic: TopicDescription, definition: NewTopic) -> None:
    """Delete a topic and create it again.

    Raises:
        RecreationFailed: it was deleted, or perhaps was, and is not there again.
        KafkaFailure: it was not deleted.
    """
    try_out(connection, definition)
    delete_surely(connection, topic, definition)
    try:
        kafka.create_when_free(connection, definition, topic.topic_id)
    except KafkaFailure as failure:
        sentence = DELETED.format(topic.name, f"{failure.sentence} {failure.advice}".strip())
        raise RecreationFailed(sentence, definition) from failure


def delete_surely(connection: Connection, topic: TopicDescription, definition: NewTopic) -> None:
    """Delete a topic; where no answer came, see whether it is gone.

    Raises:
        RecreationFailed: that is not known.
        KafkaFailure: it was not deleted.
    """
    try:
        kafka.delete(connection, topic.name)
    except KafkaFailure as failure:
        try:
            kafka.describe(connection, topic.name)
        except NotFound:
            return
        except KafkaFailure as silence:
            raise RecreationFailed(UNKNOWN.format(topic.name, failure.sentence), definition) from silence
        raise


def recreated(cluster: Cluster, definition: NewTopic) -> None:
    """Have lists show the new topic in place of the former one."""
    rows.topic_deleted(cluster, definition.name)
    rows.topic_created(cluster, definition)
