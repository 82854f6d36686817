"""Removing members from a group, as Kafka's own client does it: in the members' name (KIP-345, KIP-800)."""

from collections.abc import Sequence
from typing import Any

from kafka.protocol.consumer import LeaveGroupRequest

from clusters.gateway.clients import coordinators, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, NotFound, failed_code
from clusters.gateway.groups.members import Member

TIMEOUT = 5.0
REASON = "removed through kafkaadmin"
UNKNOWN_MEMBER = 25
WITH_REASON = 3  # the first version that names several members; the fifth has the reason


def remove(connection: Connection, group: str, members: Sequence[Member], *, timeout: float = TIMEOUT) -> None:
    """Remove members from a group. A consumer that still runs joins again, unless it has a fixed instance id.

    Raises:
        NotFound: there is no such group, or none of the members.
        KafkaFailure: with the cause; if some members were removed, it says so.
    """
    response = coordinators.ask(connection, group, request(group, members), timeout=timeout)
    protocol.raise_for_code(response.error_code, subject=group)
    refused = [member for member in response.members if member.error_code]
    if refused:
        failure = failure_of(refused[0])
        if len(refused) < len(members):
            failure.sentence += f" {len(refused)} of {len(members)} members were not removed; the others were."
        raise failure


def request(group: str, members: Sequence[Member]) -> Any:
    identity = LeaveGroupRequest.MemberIdentity
    identities = [
        identity(member_id="" if member.instance_id else member.id, group_instance_id=member.instance_id, reason=REASON)
        for member in members
    ]
    return LeaveGroupRequest(group_id=group, members=identities, min_version=WITH_REASON)


def failure_of(member: Any) -> KafkaFailure:
    name = member.group_instance_id or member.member_id
    if member.error_code == UNKNOWN_MEMBER:
        return NotFound(f"The group has no member {name} that can be removed.", "It may have left; check again.")
    return failed_code(member.error_code, subject=name)
