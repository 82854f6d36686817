"""Deleting the records of partitions before an offset."""

from collections.abc import Mapping

from confluent_kafka import TopicPartition

from clusters.gateway.clients import pool
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import Key

TIMEOUT = 5.0


def delete_before(connection: Connection, offsets: Mapping[Key, int], *, timeout: float = TIMEOUT) -> None:
    """Move the log start of partitions to an offset each, by one request to each leader.

    Raises:
        InvalidRequest: an offset is beyond the end, or the topic is compacted only, or internal.
        KafkaFailure: with the cause; if records of other partitions were deleted, it says so.
    """
    request = [TopicPartition(topic, partition, offset) for (topic, partition), offset in offsets.items()]
    admin = pool.admin(connection, timeout=timeout)
    futures = pool.start(
        admin, lambda client: client.delete_records(request, request_timeout=timeout, operation_timeout=timeout)
    )
    failures = []
    for partition, future in futures.items():
        try:
            pool.result(admin, future, timeout + 0.5, subject=f"{partition.topic}-{partition.partition}")
        except KafkaFailure as failure:
            failures.append(failure)
    if failures:
        first, kept = failures[0], len(failures)
        if kept < len(futures):
            first.sentence += (
                f" {kept} of {len(futures)} partitions keep their records; those of the others were deleted."
            )
        raise first
