"""Members of groups, from the responses of three protocols."""

from dataclasses import dataclass
from typing import Any

from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment

Assignment = tuple[tuple[str, tuple[int, ...]], ...]
Tasks = tuple[tuple[str, tuple[int, ...]], ...]  # numbers by subtopology


@dataclass(frozen=True, slots=True)
class TasksByRole:
    """The tasks of a member of a streams group: those it computes, and those whose state it only keeps or restores."""

    active: Tasks
    standby: Tasks
    warm_up: Tasks


@dataclass(frozen=True, slots=True)
class Member:
    """A member and the partitions assigned to it, by topic. Only modern groups have epochs, streams groups tasks."""

    id: str
    client_id: str
    host: str
    instance_id: str | None
    assignment: Assignment
    epoch: int | None = None
    tasks: TasksByRole | None = None

    @property
    def partitions(self) -> tuple[tuple[str, int], ...]:
        """The assigned partitions as (topic, partition) pairs."""
        return tuple((topic, number) for topic, numbers in self.assignment for number in numbers)


def classic_member(member: Any, protocol_type: str) -> Member:
    """Convert a member of DescribeGroups; only consumers' assignments have a known format."""
    assignment = decoded(member.member_assignment) if protocol_type == "consumer" else ()
    instance = getattr(member, "group_instance_id", None)
    return Member(member.member_id, member.client_id, member.client_host, instance, assignment)


def decoded(data: bytes | None) -> Assignment:
    """Decode an assignment as the client wrote it; invalid bytes count as no assignment."""
    if not data:
        return ()
    try:
        decoded_assignment = ConsumerProtocolAssignment.decode(data)
        return tuple(
            sorted((topic.topic, tuple(sorted(topic.partitions))) for topic in decoded_assignment.assigned_partitions)
        )
    except Exception:  # noqa: BLE001 - arbitrary client data must not break the page
        return ()


def modern_member(member: Any) -> Member:
    """Convert a member of ConsumerGroupDescribe or ShareGroupDescribe, with its current assignment."""
    assignment = sorted(
        (topic.topic_name, tuple(sorted(topic.partitions))) for topic in member.assignment.topic_partitions
    )
    instance = getattr(member, "instance_id", None)
    return Member(
        member.member_id, member.client_id, member.client_host, instance, tuple(assignment), member.member_epoch
    )
