"""Making the company's topics, ACLs, and the groups that have no member."""

import contextlib
from collections.abc import Callable
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
)

from tests.demo.company import GROUPS, PERMISSIONS, TOPICS, GroupPlan
from tests.kafka.waiting import eventually


def make_topics(admin: AdminClient, brokers: int) -> None:
    """Create the topics that are missing."""
    copies = min(3, brokers)
    new_topics = []
    for plan in TOPICS:
        configs = dict(plan.configs)
        if brokers < 2:
            configs.pop("min.insync.replicas", None)
        new_topics.append(NewTopic(plan.name, plan.partitions, min(plan.replication, copies), config=configs))
    for future in admin.create_topics(new_topics, operation_timeout=20).values():
        with contextlib.suppress(KafkaException):  # it exists: a second start
            future.result(30)
    eventually(lambda: {plan.name for plan in TOPICS} <= set(admin.list_topics(timeout=5).topics))


def make_acls(admin: AdminClient) -> None:
    """Grant what the company's users need."""
    bindings = [
        AclBinding(
            ResourceType[kind],
            name,
            ResourcePatternType[pattern],
            principal,
            "*",
            AclOperation[operation],
            AclPermissionType.ALLOW,
        )
        for principal, operation, kind, name, pattern in PERMISSIONS
    ]
    for future in admin.create_acls(bindings).values():
        future.result(60)


def ends(admin: AdminClient, topic: str) -> dict[int, int]:
    """Return a topic's end offsets."""
    partitions = admin.list_topics(topic, timeout=5).topics[topic].partitions
    request: Any = {TopicPartition(topic, number): OffsetSpec.latest() for number in partitions}
    return {partition.partition: future.result(10).offset for partition, future in admin.list_offsets(request).items()}


def commit(admin: AdminClient, group: str, topic: str, offsets: dict[int, int]) -> None:
    """Commit offsets of a group that has no member."""
    committed = [TopicPartition(topic, number, offset) for number, offset in offsets.items()]

    def accepted() -> bool:
        future = admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, committed)])[group]
        return not any(partition.error for partition in future.result(15).topic_partitions)

    eventually(accepted, timeout=60)


def memberless(admin: AdminClient, plan: GroupPlan) -> None:
    """Leave the traces of a group whose members are gone, and nothing of what an earlier run left."""
    with contextlib.suppress(KafkaException):  # it was never there
        admin.delete_consumer_groups([plan.name])[plan.name].result(60)
    LEFT_BEHIND[plan.behaviour](admin, plan)


def dead(admin: AdminClient, plan: GroupPlan) -> None:
    """It worked for a while, then ended with a backlog."""
    now = ends(admin, plan.topic)
    for part in (0.2, 0.4, 0.5):
        commit(admin, plan.name, plan.topic, {number: int(end * part) for number, end in now.items()})


def idle(admin: AdminClient, plan: GroupPlan) -> None:
    """It read everything there was."""
    commit(admin, plan.name, plan.topic, ends(admin, plan.topic))


def partial(admin: AdminClient, plan: GroupPlan) -> None:
    """It never committed its last partition."""
    now = ends(admin, plan.topic)
    commit(admin, plan.name, plan.topic, {number: end for number, end in now.items() if number != max(now)})


def lost(admin: AdminClient, plan: GroupPlan) -> None:
    """Records that it had yet to read are deleted."""
    commit(admin, plan.name, plan.topic, {0: 1})
    end = ends(admin, plan.topic)[0]
    request = [TopicPartition(plan.topic, 0, max(2, end // 2))]
    for future in admin.delete_records(request).values():
        future.result(60)


LEFT_BEHIND: dict[str, Callable[[AdminClient, GroupPlan], None]] = {
    "dead": dead,
    "idle": idle,
    "partial": partial,
    "lost": lost,
}
MEMBERLESS = tuple(plan for plan in GROUPS if plan.behaviour in LEFT_BEHIND)
