"""Groups of every type: classic, consumer (KIP-848), share (KIP-932), streams. Listed and described in bulk.

Neither client library describes all types truly, so the type that the listing gives chooses the request.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clusters.gateway import clients, raw
from clusters.gateway.cluster import describe as describe_cluster
from clusters.gateway.connection import Connection
from clusters.gateway.errors import KafkaFailure, NotFound, from_code
from clusters.gateway.result import Failure, Partial

TIMEOUT = 5.0
BATCH = 200  # groups per request


@dataclass(frozen=True, slots=True)
class GroupListing:
    """A group as the listing tells it. ``coordinator`` is the broker that listed it."""

    name: str
    state: str
    type: str
    protocol_type: str
    coordinator: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """A member and the partitions assigned to it, by topic."""

    id: str
    client_id: str
    host: str
    instance_id: str | None
    assignment: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def partitions(self) -> tuple[tuple[str, int], ...]:
        """The assigned partitions, flat."""
        return tuple((topic, number) for topic, numbers in self.assignment for number in numbers)


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """A group's true state and members. ``protocol`` is the assignor."""

    name: str
    state: str
    type: str
    protocol: str
    coordinator: int | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class GroupOffsets:
    """Committed offsets of a group. None for a partition that it owns a slot of but never committed."""

    group: str
    offsets: Mapping[tuple[str, int], int | None]


def list_groups(connection: Connection, *, timeout: float = TIMEOUT) -> Partial[GroupListing]:
    """List all groups, one request a broker; a broker that does not answer is named.

    Raises:
        KafkaFailure: not even the brokers are known.
    """
    from kafka.protocol.admin import ListGroupsRequest

    items, failures = [], []
    for broker in describe_cluster(connection, timeout=timeout).brokers:
        try:
            answer = raw.send(connection, ListGroupsRequest(min_version=0), broker.id, timeout=timeout)
            raise_for(answer.error_code)
        except KafkaFailure as failure:
            failures.append(Failure(f"groups of broker {broker.id}", failure.sentence))
        else:
            items += [listing(group, broker.id) for group in answer.groups]
    return Partial(tuple(items), tuple(failures))


def listing(group: Any, broker_id: int) -> GroupListing:
    """Return our listing. Brokers before 2.6 tell no state, before 4.0 no type."""
    state = getattr(group, "group_state", None) or "Unknown"
    kind = (getattr(group, "group_type", None) or "classic").lower()
    return GroupListing(group.group_id, state, kind, group.protocol_type or "", broker_id)


def raise_for(code: int, subject: str = "") -> None:
    """Raise the failure for one of Kafka's error codes, if it is one."""
    if code:
        from kafka.errors import for_code

        error = for_code(code)
        raise from_code(code, getattr(error, "description", "") or error.__name__, subject=subject)


def describe(
    connection: Connection, listings: Iterable[GroupListing], *, timeout: float = TIMEOUT
) -> Partial[GroupDetail]:
    """Describe groups: one request for each coordinator, type and two hundred groups."""
    buckets: dict[tuple[int, str], list[str]] = defaultdict(list)
    for one in with_coordinators(connection, listings):
        buckets[(one.coordinator or 0, one.type)].append(one.name)
    items: list[GroupDetail] = []
    failures: list[Failure] = []
    for (broker, kind), names in buckets.items():
        for start in range(0, len(names), BATCH):
            batch = names[start : start + BATCH]
            try:
                items += DESCRIBERS.get(kind, describe_classic)(connection, batch, broker, timeout)
            except KafkaFailure as failure:
                failures.append(Failure(f"{len(batch)} {kind} group(s) of broker {broker}", failure.sentence))
    return Partial(tuple(items), tuple(failures))


def with_coordinators(connection: Connection, listings: Iterable[GroupListing]) -> list[GroupListing]:
    """Return the listings with their coordinators, asking only for those that have none."""
    known = list(listings)
    missing = [one.name for one in known if one.coordinator is None]
    if not missing:
        return known
    found = coordinators(connection, missing)
    return [
        one
        if one.coordinator is not None
        else GroupListing(one.name, one.state, one.type, one.protocol_type, found.get(one.name))
        for one in known
    ]


def coordinators(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """Return the coordinator of each group, asking for all at once."""

    def act(client: Any) -> dict[str, int]:
        found: dict[str, int] = client._manager.run(client._find_coordinator_ids, list(names))
        return found

    return clients.ask(connection, act)


def describe_classic(connection: Connection, names: list[str], broker: int, timeout: float) -> list[GroupDetail]:
    """Describe classic groups."""
    from kafka.protocol.admin import DescribeGroupsRequest

    answer = raw.send(connection, DescribeGroupsRequest(groups=names), broker, timeout=timeout)
    if answer.groups and all(group.error_code for group in answer.groups):
        raise_for(answer.groups[0].error_code, answer.groups[0].group_id)
    return [
        GroupDetail(
            group.group_id,
            group.group_state,
            "classic",
            group.protocol_data or "",
            broker,
            tuple(classic_member(member, group.protocol_type) for member in group.members),
        )
        for group in answer.groups
        if not group.error_code
    ]


def classic_member(member: Any, protocol_type: str) -> Member:
    """Return a member; its assignment is readable only where the group speaks the consumer protocol."""
    assignment = decoded_assignment(member.member_assignment) if protocol_type == "consumer" else ()
    instance = getattr(member, "group_instance_id", None)
    return Member(member.member_id, member.client_id, member.client_host, instance, assignment)


def decoded_assignment(data: bytes | None) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Decode a consumer's assignment; nonsense is shown as no assignment."""
    from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment

    if not data:
        return ()
    try:
        found = ConsumerProtocolAssignment.decode(data)
        parts = ((one.topic, tuple(sorted(one.partitions))) for one in found.assigned_partitions)
        return tuple(sorted(parts))
    except Exception:  # noqa: BLE001 - these bytes come from a client; whatever they are must not break the page
        return ()


def describe_modern(
    connection: Connection, names: list[str], broker: int, timeout: float, kind: str
) -> list[GroupDetail]:
    """Describe groups of the protocols whose members are known to the broker."""
    request = raw.request_class(f"{kind.title()}GroupDescribeRequest")
    answer = raw.send(
        connection, request(group_ids=names, include_authorized_operations=False), broker, timeout=timeout
    )
    if answer.groups and all(group.error_code for group in answer.groups):
        raise_for(answer.groups[0].error_code, answer.groups[0].group_id)
    return [
        GroupDetail(
            group.group_id,
            group.group_state,
            kind,
            group.assignor_name,
            broker,
            tuple(modern_member(member) for member in group.members),
        )
        for group in answer.groups
        if not group.error_code
    ]


def modern_member(member: Any) -> Member:
    """Return a member from its present assignment."""
    parts = sorted((one.topic_name, tuple(sorted(one.partitions))) for one in member.assignment.topic_partitions)
    instance = getattr(member, "instance_id", None)
    return Member(member.member_id, member.client_id, member.client_host, instance, tuple(parts))


def describe_consumer(connection: Connection, names: list[str], broker: int, timeout: float) -> list[GroupDetail]:
    """Describe KIP-848 groups."""
    return describe_modern(connection, names, broker, timeout, "consumer")


def describe_share(connection: Connection, names: list[str], broker: int, timeout: float) -> list[GroupDetail]:
    """Describe share groups."""
    return describe_modern(connection, names, broker, timeout, "share")


DESCRIBERS = {"classic": describe_classic, "consumer": describe_consumer, "share": describe_share}


def committed(connection: Connection, names: Collection[str], *, timeout: float = TIMEOUT) -> Partial[GroupOffsets]:
    """Return committed offsets of many groups: one request for each coordinator and two hundred groups.

    A share group has no committed offsets of this kind; leave such groups out.
    """
    items: list[GroupOffsets] = []
    failures: list[Failure] = []
    buckets: dict[int, list[str]] = defaultdict(list)
    for name, broker in (coordinators(connection, names) if names else {}).items():
        buckets[broker].append(name)
    for broker, mine in buckets.items():
        for start in range(0, len(mine), BATCH):
            batch = mine[start : start + BATCH]
            try:
                items += fetch_offsets(connection, batch, broker, timeout)
            except KafkaFailure as failure:
                failures.append(Failure(f"offsets of {len(batch)} group(s) of broker {broker}", failure.sentence))
    return Partial(tuple(items), tuple(failures))


def fetch_offsets(connection: Connection, names: list[str], broker: int, timeout: float) -> list[GroupOffsets]:
    """Send one OffsetFetch for several groups (version 8, Kafka 3.0 and newer)."""
    from kafka.protocol.consumer import OffsetFetchRequest

    group_type = OffsetFetchRequest.OffsetFetchRequestGroup
    groups = [group_type(group_id=name, topics=None) for name in names]
    request = OffsetFetchRequest(groups=groups, min_version=8, max_version=8)
    answer = raw.send(connection, request, broker, timeout=timeout)
    raise_for(answer.error_code)
    if answer.groups and all(group.error_code for group in answer.groups):
        raise_for(answer.groups[0].error_code, answer.groups[0].group_id)
    return [GroupOffsets(group.group_id, offsets_of(group)) for group in answer.groups if not group.error_code]


def offsets_of(group: Any) -> dict[tuple[str, int], int | None]:
    """Return a group's offsets; -1 and a partition's error are unknown."""
    return {
        (topic.name, one.partition_index): None if one.error_code or one.committed_offset < 0 else one.committed_offset
        for topic in group.topics
        for one in topic.partitions
    }


def delete(connection: Connection, name: str) -> None:
    """Delete a group that has no members.

    Raises:
        NotFound: it is gone already.
        KafkaFailure: with the cause.
    """
    answer = clients.ask(connection, lambda client: client.delete_groups([name]), subject=name)
    if answer.get(name) == "GroupIdNotFoundError":
        raise NotFound(f"There is no group {name}.", "It may have expired; look at the list again.")
    if answer.get(name) != "OK":
        raise KafkaFailure(f"{name}: {answer.get(name)}.", "A group can be deleted when it has no members.")
