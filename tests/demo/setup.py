"""Making the company's topics, ACLs, and the groups that have no member."""

import contextlib
from collections.abc import Callable
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
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


def ends(consumer: Consumer, topic: str) -> dict[int, int]:
    """Return a topic's end offsets."""
    partitions = consumer.list_topics(topic, timeout=5).topics[topic].partitions
    return {number: consumer.get_watermark_offsets(TopicPartition(topic, number), 10)[1] for number in partitions}


def commit(consumer: Consumer, topic: str, offsets: dict[int, int]) -> None:
    """Commit offsets of a group that has no member: by a client that has joined nothing."""
    committed = [TopicPartition(topic, number, offset) for number, offset in offsets.items()]

    def accepted() -> bool:
        partitions = consumer.commit(offsets=committed, asynchronous=False)
        return not any(partition.error for partition in partitions)

    eventually(accepted, timeout=60)


def memberless(config: dict[str, Any], plan: GroupPlan) -> None:
    """Leave the traces of a group whose members are gone, and nothing of what an earlier run left."""
    admin = AdminClient(config)
    with contextlib.suppress(KafkaException):  # it was never there
        admin.delete_consumer_groups([plan.name])[plan.name].result(60)
    consumer = Consumer({**config, "group.id": plan.name})
    try:
        LEFT_BEHIND[plan.behaviour](consumer, plan.topic)
        if plan.behaviour == "lost":
            delete_before(admin, plan.topic, max(2, ends(consumer, plan.topic)[0] // 2))
    finally:
        consumer.close()


def delete_before(admin: AdminClient, topic: str, offset: int) -> None:
    """Delete records of a topic's first partition."""
    for future in admin.delete_records([TopicPartition(topic, 0, offset)]).values():
        future.result(60)


def dead(consumer: Consumer, topic: str) -> None:
    """It worked for a while, then ended with a backlog."""
    now = ends(consumer, topic)
    for part in (0.2, 0.4, 0.5):
        commit(consumer, topic, {number: int(end * part) for number, end in now.items()})


def idle(consumer: Consumer, topic: str) -> None:
    """It read everything there was."""
    commit(consumer, topic, ends(consumer, topic))


def partial(consumer: Consumer, topic: str) -> None:
    """It never committed its last partition."""
    now = ends(consumer, topic)
    commit(consumer, topic, {number: end for number, end in now.items() if number != max(now)})


def lost(consumer: Consumer, topic: str) -> None:
    """Records that it had yet to read are deleted next."""
    commit(consumer, topic, {0: 1})


LEFT_BEHIND: dict[str, Callable[[Consumer, str], None]] = {
    "dead": dead,
    "idle": idle,
    "partial": partial,
    "lost": lost,
}
MEMBERLESS = tuple(plan for plan in GROUPS if plan.behaviour in LEFT_BEHIND)
