"""Start offsets of share groups (KIP-932): below them, every record of the partition has been dealt with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clusters.gateway.clients import coordinators, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Conflict, NotFound, failed_code
from clusters.gateway.groups import describing as groups
from clusters.gateway.offsets import Key
from clusters.gateway.result import Partial

TIMEOUT = 5.0
NON_EMPTY = 68
STOP_FIRST = "Stop its consumers; its state must be Empty."


@dataclass(frozen=True, slots=True)
class ShareOffset:
    """Where a share group's delivery begins in a partition, None where nobody has fetched yet.

    ``lag`` counts the records that it has yet to deal with, those acknowledged beyond the start offset not among them;
    None where older brokers do not tell.
    """

    start: int | None
    lag: int | None


@dataclass(frozen=True, slots=True)
class ShareGroupOffsets:
    """The start offsets of a share group, by topic and partition."""

    group: str
    offsets: Mapping[Key, ShareOffset]


def offsets(connection: Connection, names: Collection[str], *, timeout: float = TIMEOUT) -> Partial[ShareGroupOffsets]:
    """Return the start offsets of share groups, with one request per coordinator and 200 groups, all at once.

    Raises:
        KafkaFailure: no broker answered.
    """
    return groups.of_coordinators(
        connection,
        names,
        offsets_request,
        lambda group: ShareGroupOffsets(group.group_id, offsets_of(group)),
        timeout=timeout,
    )


def offsets_request(names: list[str]) -> Any:
    request = protocol.request_class("DescribeShareGroupOffsetsRequest")
    group_class = request.DescribeShareGroupOffsetsRequestGroup
    return request(groups=[group_class(group_id=name, topics=None) for name in names])


def offsets_of(group: Any) -> dict[Key, ShareOffset]:
    return {
        (topic.topic_name, partition.partition_index): share_offset(partition)
        for topic in group.topics
        for partition in topic.partitions
    }


def share_offset(partition: Any) -> ShareOffset:
    lag = getattr(partition, "lag", None)
    if partition.error_code or partition.start_offset < 0:
        return ShareOffset(None, None)
    return ShareOffset(partition.start_offset, None if lag is None or lag < 0 else lag)


def alter(connection: Connection, group: str, offsets: Mapping[Key, int], *, timeout: float = TIMEOUT) -> None:
    """Set start offsets; the coordinator accepts them only for a group without members.

    Raises:
        NotFound: there is no such group.
        Conflict: it has members.
        KafkaFailure: with the cause; if some offsets were set, it says so.
    """
    response = ask(connection, group, alter_request(group, offsets), "reset", timeout)
    results = [(topic, partition) for topic in response.responses for partition in topic.partitions]
    require_all([(f"{topic.topic_name}-{result.partition_index}", result) for topic, result in results], "set")


def alter_request(group: str, offsets: Mapping[Key, int]) -> Any:
    request = protocol.request_class("AlterShareGroupOffsetsRequest")
    topic_class = request.AlterShareGroupOffsetsRequestTopic
    partition_class = topic_class.AlterShareGroupOffsetsRequestPartition
    by_topic: dict[str, list[Any]] = defaultdict(list)
    for (topic, number), offset in sorted(offsets.items()):
        by_topic[topic].append(partition_class(partition_index=number, start_offset=offset))
    topics = [topic_class(topic_name=topic, partitions=partitions) for topic, partitions in by_topic.items()]
    return request(group_id=group, topics=topics)


def delete(connection: Connection, group: str, topics: Iterable[str], *, timeout: float = TIMEOUT) -> None:
    """Delete a share group's offsets of whole topics; the coordinator does so only for a group without members.

    Raises:
        NotFound: there is no such group.
        Conflict: it has members.
        KafkaFailure: with the cause; if some offsets were deleted, it says so.
    """
    request = protocol.request_class("DeleteShareGroupOffsetsRequest")
    topic_class = request.DeleteShareGroupOffsetsRequestTopic
    named = request(group_id=group, topics=[topic_class(topic_name=topic) for topic in topics])
    response = ask(connection, group, named, "deleted", timeout)
    require_all([(topic.topic_name, topic) for topic in response.responses], "deleted")


def ask(connection: Connection, group: str, request: Any, done: str, timeout: float) -> Any:
    """Send a request to a group's coordinator.

    Raises:
        NotFound: there is no such group.
        Conflict: it has members.
        KafkaFailure: with the cause.
    """
    response = coordinators.ask(connection, group, request, timeout=timeout)
    if response.error_code == NON_EMPTY:
        raise Conflict(
            f"{group} has active members: offsets can only be {done} while the group is inactive.", STOP_FIRST
        )
    try:
        protocol.raise_for_code(response.error_code, response.error_message, subject=group)
    except NotFound as gone:
        raise NotFound(f"There is no group {group}.", gone.advice) from gone
    return response


def require_all(results: list[tuple[str, Any]], done: str) -> None:
    """Raise the failure of the first part that was refused.

    Raises:
        KafkaFailure: with the cause.
    """
    refused = [(subject, result) for subject, result in results if result.error_code]
    if refused:
        subject, result = refused[0]
        failure = failed_code(result.error_code, result.error_message, subject=subject)
        if len(refused) < len(results):
            failure.sentence += f" {len(refused)} of {len(results)} offsets were not {done}; the others were."
        raise failure
