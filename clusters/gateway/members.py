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


def classic_member(found: Any, protocol_type: str) -> Member:
    """Return a member of DescribeGroups; only consumers' assignments have a known form."""
    assignment = decoded(found.member_assignment) if protocol_type == "consumer" else ()
    instance = getattr(found, "group_instance_id", None)
    return Member(found.member_id, found.client_id, found.client_host, instance, assignment)


def decoded(data: bytes | None) -> Assignment:
    """Return the assignment in a client's own bytes; nonsense counts as none."""
    if not data:
        return ()
    try:
        found = ConsumerProtocolAssignment.decode(data)
        return tuple(sorted((one.topic, tuple(sorted(one.partitions))) for one in found.assigned_partitions))
    except Exception:  # noqa: BLE001 - whatever a client wrote there must not break the page
        return ()


def modern_member(found: Any) -> Member:
    """Return a member of ConsumerGroupDescribe or ShareGroupDescribe, with what it owns at present."""
    parts = sorted((one.topic_name, tuple(sorted(one.partitions))) for one in found.assignment.topic_partitions)
    instance = getattr(found, "instance_id", None)
    return Member(found.member_id, found.client_id, found.client_host, instance, tuple(parts))
