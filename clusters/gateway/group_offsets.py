"""Committing offsets for a group without members."""

from collections.abc import Mapping

from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition

from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Conflict, from_kafka_error
from clusters.gateway.offsets import Key

TIMEOUT = 5.0
STOP_FIRST = "Stop its consumers, and wait until the group's state is Empty."


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
            failure = Conflict(f"{group} has members: their commits would overwrite these.", STOP_FIRST)
        elif len(refused) < len(results):
            failure.sentence += f" {len(refused)} of {len(results)} offsets were not taken; the others were."
        raise failure
