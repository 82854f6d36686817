"""Partition reassignments (KIP-455, Kafka 2.4): listing, starting and cancelling them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.protocol.admin import AlterPartitionReassignmentsRequest, ListPartitionReassignmentsRequest

from clusters.gateway import cluster
from clusters.gateway.clients import protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, TimedOut, failed_code
from clusters.gateway.offsets import Key, OfPartition

TIMEOUT = 5.0
NOT_CONTROLLER = 41
NO_REASSIGNMENT = 85  # NO_REASSIGNMENT_IN_PROGRESS
CHUNK = 1000  # partitions of one request


@dataclass(frozen=True, slots=True)
class OngoingReassignment(OfPartition):
    """A partition that is being moved: all its replicas, and which of them are added and removed."""

    replicas: tuple[int, ...]
    adding: tuple[int, ...]
    removing: tuple[int, ...]

    @property
    def target(self) -> tuple[int, ...]:
        return tuple(broker for broker in self.replicas if broker not in self.removing)

    @property
    def origin(self) -> tuple[int, ...]:
        return tuple(broker for broker in self.replicas if broker not in self.adding)


def list_reassignments(
    connection: Connection, keys: Collection[Key] | None = None, *, timeout: float = TIMEOUT
) -> list[OngoingReassignment]:
    """Return the partitions that are being moved, of all or of some, sorted by name.

    Raises:
        NotAuthorized: our principal may not describe the cluster.
        KafkaFailure: with the cause.
    """
    topic_class = ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics
    topics = None if keys is None else [
        topic_class(name=name, partition_indexes=numbers) for name, numbers in by_topic(keys).items()
    ]  # fmt: skip
    request = ListPartitionReassignmentsRequest(timeout_ms=int(timeout * 1000), topics=topics)
    response = send_to_controller(connection, request, timeout)
    protocol.raise_for_code(response.error_code, response.error_message)
    rows = (
        OngoingReassignment(
            topic.name, item.partition_index, tuple(item.replicas), tuple(item.adding_replicas),
            tuple(item.removing_replicas),
        )
        for topic in response.topics
        for item in topic.partitions
    )  # fmt: skip
    return sorted(rows, key=lambda row: row.key)


def alter(
    connection: Connection, targets: Mapping[Key, Sequence[int] | None], *, timeout: float = TIMEOUT
) -> dict[Key, KafkaFailure]:
    """Start moving partitions to brokers, the preferred leader first, or cancel their moves with None.

    A partition whose move is cancelled goes back to where it was. To do the same again changes nothing.

    Returns:
        The partitions that Kafka refused, each with the cause.

    Raises:
        KafkaFailure: all were refused, or nobody answers.
    """
    refusals: dict[Key, KafkaFailure] = {}
    keys = list(targets)
    for start in range(0, len(keys), CHUNK):
        response = send_to_controller(connection, request_of(keys[start : start + CHUNK], targets, timeout), timeout)
        protocol.raise_for_code(response.error_code, response.error_message)
        refusals |= refused(response)
    return refusals


def request_of(keys: Sequence[Key], targets: Mapping[Key, Sequence[int] | None], timeout: float) -> Any:
    topic_class = AlterPartitionReassignmentsRequest.ReassignableTopic
    partition_class = topic_class.ReassignablePartition
    topics = [
        topic_class(name=name, partitions=[
            partition_class(partition_index=number, replicas=replicas and list(replicas))
            for number in numbers
            for replicas in [targets[name, number]]
        ])
        for name, numbers in by_topic(keys).items()
    ]  # fmt: skip
    return AlterPartitionReassignmentsRequest(timeout_ms=int(timeout * 1000), topics=topics)


def refused(response: Any) -> dict[Key, KafkaFailure]:
    return {
        (topic.name, item.partition_index): failed_code(
            item.error_code, item.error_message, subject=f"{topic.name}-{item.partition_index}"
        )
        for topic in response.responses
        for item in topic.partitions
        if item.error_code not in {0, NO_REASSIGNMENT}
    }


def by_topic(keys: Collection[Key]) -> dict[str, list[int]]:
    """Return the numbers of partitions by topic."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for name, number in sorted(keys):
        numbers[name].append(number)
    return numbers


def send_to_controller(connection: Connection, request: Any, timeout: float) -> Any:
    """Send a request to any broker, which passes it on with KRaft; with ZooKeeper, to the controller then.

    Raises:
        KafkaFailure: with the cause.
    """
    response = protocol.send(connection, request, timeout=timeout)
    if response.error_code == NOT_CONTROLLER:
        response = protocol.send(connection, request, cluster.controller(connection), timeout=timeout)
    if response.error_code == NOT_CONTROLLER:
        raise TimedOut("The controller is being elected.", "Try again in a few seconds.")
    return response
