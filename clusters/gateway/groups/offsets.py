"""Committing offsets for a group without members, and deleting offsets that no member reads on from."""

import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from kafka.protocol.consumer import OffsetDeleteRequest

from clusters.gateway.clients import coordinators, pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Conflict, NotFound, failed_code, from_kafka_error
from clusters.gateway.offsets import Key

TIMEOUT = 5.0
STOP_FIRST = "Stop its consumers; its state must be Empty."


def alter(connection: Connection, group: str, offsets: Mapping[Key, int], *, timeout: float = TIMEOUT) -> None:
    """Commit an offset for each partition; the coordinator accepts them only for a group without members.

    Raises:
        Conflict: it has members.
        KafkaFailure: with the cause; if some offsets were committed, it says so.
    """
    partitions = [TopicPartition(topic, partition, offset) for (topic, partition), offset in offsets.items()]
    request = [ConsumerGroupTopicPartitions(group, partitions)]
    admin = pool.admin(connection, timeout=timeout)
    futures = pool.start(admin, lambda client: client.alter_consumer_group_offsets(request, request_timeout=timeout))
    results = pool.result(admin, futures[group], timeout + 0.5, subject=group).topic_partitions
    refused = [(result, result.error) for result in results if result.error]
    if refused:
        first, error = refused[0]
        failure = from_kafka_error(error, subject=f"{first.topic}-{first.partition}")
        if isinstance(failure, Conflict):
            failure = Conflict(
                f"{group} has active members: offsets can only be reset while the group is inactive.", STOP_FIRST
            )
        elif len(refused) < len(results):
            failure.sentence += f" {len(refused)} of {len(results)} offsets were rejected; the others were committed."
        raise failure


def delete(connection: Connection, group: str, partitions: Collection[Key], *, timeout: float = TIMEOUT) -> None:
    """Delete a group's offsets of some partitions; the coordinator refuses where a member subscribes to their topic.

    Raises:
        NotFound: there is no such group.
        Conflict: a member consumes the topic.
        KafkaFailure: with the cause; if some offsets were deleted, it says so.
    """
    deadline = time.monotonic() + timeout
    broker = coordinators.find_one(connection, group, timeout=timeout)
    response = protocol.send(connection, delete_request(group, partitions), broker, timeout=deadline - time.monotonic())
    try:
        protocol.raise_for_code(response.error_code, subject=group)
    except NotFound as gone:
        raise NotFound(f"There is no group {group}.", gone.advice) from gone
    results = [(topic.name, partition) for topic in response.topics for partition in topic.partitions]
    refused = [(topic, partition) for topic, partition in results if partition.error_code]
    if refused:
        topic, partition = refused[0]
        failure = failed_code(partition.error_code, subject=f"{topic}-{partition.partition_index}")
        if len(refused) < len(results):
            failure.sentence += f" {len(refused)} of {len(results)} offsets were not deleted; the others were."
        raise failure


def delete_request(group: str, partitions: Collection[Key]) -> Any:
    topic_class = OffsetDeleteRequest.OffsetDeleteRequestTopic
    partition_class = topic_class.OffsetDeleteRequestPartition
    by_topic: dict[str, list[Any]] = defaultdict(list)
    for topic, number in sorted(partitions):
        by_topic[topic].append(partition_class(partition_index=number))
    topics = [topic_class(name=topic, partitions=numbers) for topic, numbers in by_topic.items()]
    return OffsetDeleteRequest(group_id=group, topics=topics)
