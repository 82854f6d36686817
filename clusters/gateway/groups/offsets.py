"""Committing offsets for a group without members, and deleting offsets that no member reads on from."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from kafka.protocol.consumer import OffsetCommitRequest, OffsetDeleteRequest

from clusters.gateway.clients import coordinators, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Conflict, NotFound, failed_code
from clusters.gateway.offsets import Key, name_of

TIMEOUT = 5.0
STOP_FIRST = "Stop its consumers; its state must be Empty."


def alter(connection: Connection, group: str, offsets: Mapping[Key, int], *, timeout: float = TIMEOUT) -> None:
    """Commit an offset for each partition; the coordinator accepts them only for a group without members.

    Raises:
        Conflict: it has members.
        KafkaFailure: with the cause; if some offsets were committed, it says so.
    """
    response = coordinators.ask(connection, group, commit_request(group, offsets), timeout=timeout)
    results = [(topic.name, partition) for topic in response.topics for partition in topic.partitions]
    refused = [(topic, partition) for topic, partition in results if partition.error_code]
    if refused:
        topic, partition = refused[0]
        failure = failed_code(partition.error_code, subject=name_of((topic, partition.partition_index)))
        if isinstance(failure, Conflict):
            failure = Conflict(
                f"{group} has active members: offsets can only be reset while the group is inactive.", STOP_FIRST
            )
        elif len(refused) < len(results):
            failure.sentence += f" {len(refused)} of {len(results)} offsets were rejected; the others were committed."
        raise failure


def commit_request(group: str, offsets: Mapping[Key, int]) -> Any:
    """Return a request to commit as a client that is no member (version 9 is the last that names topics).

    Not by librdkafka (2.16), which ends the process where its time runs out while a coordinator is busy.
    """
    topic_class = OffsetCommitRequest.OffsetCommitRequestTopic
    partition_class = topic_class.OffsetCommitRequestPartition
    by_topic: dict[str, list[Any]] = defaultdict(list)
    for (topic, number), offset in sorted(offsets.items()):
        by_topic[topic].append(partition_class(partition_index=number, committed_offset=offset, committed_metadata=""))
    topics = [topic_class(name=topic, partitions=partitions) for topic, partitions in by_topic.items()]
    return OffsetCommitRequest(group_id=group, member_id="", topics=topics, max_version=9)


def delete(connection: Connection, group: str, partitions: Collection[Key], *, timeout: float = TIMEOUT) -> None:
    """Delete a group's offsets of some partitions; the coordinator refuses where a member subscribes to their topic.

    Raises:
        NotFound: there is no such group.
        Conflict: a member consumes the topic.
        KafkaFailure: with the cause; if some offsets were deleted, it says so.
    """
    response = coordinators.ask(connection, group, delete_request(group, partitions), timeout=timeout)
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
