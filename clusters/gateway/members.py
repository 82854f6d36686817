"""Members of groups, as the responses of three protocols describe them."""

from dataclasses import dataclass
from typing import Any

from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment

Assignment = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A member and the partitions assigned to it, by topic."""

    id: str
    client_id: str
    host: str
    instance_id: str | None
    assignment: Assignment

    @property
    def partitions(self) -> tuple[tuple[str, int], ...]:
        """The assigned partitions, flat."""
        return tuple((topic, number) for topic, numbers in self.assignment for number in numbers)


def classic_member(member: Any, protocol_type: str) -> Member:
    """Return a member of DescribeGroups; only consumers' assignments have a known form."""
    assignment = decoded(member.member_assignment) if protocol_type == "consumer" else ()
    instance = getattr(member, "group_instance_id", None)
    return Member(member.member_id, member.client_id, member.client_host, instance, assignment)


def decoded(data: bytes | None) -> Assignment:
    """Return the assignment in a client's own bytes; nonsense counts as none."""
    if not data:
        return ()
    try:
        decoded_assignment = ConsumerProtocolAssignment.decode(data)
        return tuple(
            sorted((topic.topic, tuple(sorted(topic.partitions))) for topic in decoded_assignment.assigned_partitions)
        )
    except Exception:  # noqa: BLE001 - whatever a client wrote there must not break the page
        return ()


def modern_member(member: Any) -> Member:
    """Return a member of ConsumerGroupDescribe or ShareGroupDescribe, with what it owns at present."""
    assignment = sorted(
        (topic.topic_name, tuple(sorted(topic.partitions))) for topic in member.assignment.topic_partitions
    )
    instance = getattr(member, "instance_id", None)
    return Member(member.member_id, member.client_id, member.client_host, instance, tuple(assignment))
