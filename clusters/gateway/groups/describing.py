"""Groups of every type: classic, consumer (KIP-848), share (KIP-932), streams (KIP-1071). Listed and described in bulk.

Neither client library describes all types correctly, so the type in the listing decides which request is sent.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from kafka.protocol.admin import DeleteGroupsRequest, DescribeGroupsRequest, ListGroupsRequest
from kafka.protocol.consumer import OffsetFetchRequest

from clusters.gateway.clients import coordinators, pool, protocol
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, NotFound, failed_code
from clusters.gateway.groups import streams
from clusters.gateway.groups.members import Member, classic_member, modern_member
from clusters.gateway.groups.streams import Topology
from clusters.gateway.result import Failure, Partial

TIMEOUT = 5.0
BATCH = 200  # groups per request
MODERN = {"consumer", "share", "streams"}  # types that have a request of their own to describe them

T = TypeVar("T")

__all__ = [
    "GroupDetail",
    "GroupListing",
    "GroupOffsets",
    "Member",
    "committed",
    "delete",
    "describe",
    "list_groups",
    "standing",
]


@dataclass(frozen=True, slots=True)
class GroupListing:
    """A group as its coordinator lists it, with the type classic, consumer, share or streams."""

    name: str
    state: str
    type: str
    protocol_type: str
    coordinator: int | None


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """A group's real state and members. ``protocol`` is the assignor; classic groups have no epochs.

    ``topology`` is that of a streams group; None where no member has told it yet.
    """

    name: str
    state: str
    type: str
    protocol: str
    coordinator: int | None
    members: tuple[Member, ...]
    epoch: int | None = None
    assignment_epoch: int | None = None
    topology: Topology | None = None


@dataclass(frozen=True, slots=True)
class GroupOffsets:
    """Committed offsets of a group; None for a partition whose offset is unknown."""

    group: str
    offsets: Mapping[tuple[str, int], int | None]


def list_groups(connection: Connection, *, timeout: float = TIMEOUT) -> Partial[GroupListing]:
    """List all groups by asking every broker at once; brokers that do not answer are in the failures.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    deadline = time.monotonic() + timeout
    brokers = [broker.id for broker in pool.brokers(connection, timeout=timeout)]
    requests = [(broker, ListGroupsRequest(min_version=0)) for broker in brokers]
    items: list[GroupListing] = []
    failures: list[Failure] = []
    responses = protocol.send_all(connection, requests, timeout=deadline - time.monotonic())
    for broker, response in zip(brokers, responses, strict=True):
        problem = response if isinstance(response, KafkaFailure) else problem_of(response)
        if problem:
            failures.append(Failure(f"groups of broker {broker}", problem.sentence))
        else:
            items += [listing(group, broker) for group in response.groups]
    return Partial(tuple(items), tuple(failures))


def problem_of(response: Any) -> KafkaFailure | None:
    """Return the failure that a part of a response reports, if any."""
    return failed_code(response.error_code, getattr(response, "error_message", "")) if response.error_code else None


def listing(group: Any, broker_id: int) -> GroupListing:
    """Convert one listing. Brokers before 2.6 report no state, before 3.8 no type."""
    state = getattr(group, "group_state", None) or "Unknown"
    kind = (getattr(group, "group_type", None) or "classic").lower()
    return GroupListing(group.group_id, state, kind, group.protocol_type or "", broker_id)


def describe(
    connection: Connection, listings: Iterable[GroupListing], *, timeout: float = TIMEOUT
) -> Partial[GroupDetail]:
    """Describe groups, with one request per coordinator, type and 200 groups, all at once.

    Raises:
        KafkaFailure: no broker answered.
    """
    deadline = time.monotonic() + timeout
    with_coordinator, failures = placed(connection, listings, timeout)
    buckets: dict[tuple[int, str], list[str]] = defaultdict(list)
    for group in with_coordinator:
        buckets[(group.coordinator or 0, group.type)].append(group.name)
    batches = [
        (broker, kind, names[start : start + BATCH])
        for (broker, kind), names in buckets.items()
        for start in range(0, len(names), BATCH)
    ]
    requests = [(broker, describe_request(kind, names)) for broker, kind, names in batches]
    responses = protocol.send_all(connection, requests, timeout=deadline - time.monotonic())
    items: list[GroupDetail] = []
    for (broker, kind, names), response in zip(batches, responses, strict=True):
        details, problems = parted(
            response, names, lambda group, kind=kind, broker_id=broker: detail(group, kind, broker_id)
        )
        items += details
        failures += problems
    return Partial(tuple(items), tuple(failures))


def placed(
    connection: Connection, listings: Iterable[GroupListing], timeout: float
) -> tuple[list[GroupListing], list[Failure]]:
    """Return the listings with their coordinators, looking up only the missing ones."""
    all_listings = list(listings)
    missing = [group.name for group in all_listings if group.coordinator is None]
    if not missing:
        return all_listings, []
    coordinator_ids, failures = coordinators.find(connection, missing, timeout=timeout)
    all_listings = [
        replace(group, coordinator=coordinator_ids.get(group.name, group.coordinator)) for group in all_listings
    ]
    return [group for group in all_listings if group.coordinator is not None], list(failures)


def parted(response: Any, names: list[str], read: Any) -> tuple[list[Any], list[Failure]]:
    """Return what a response says about each group, and failures for the other groups."""
    if isinstance(response, KafkaFailure):
        subject = f"group {names[0]}" if len(names) == 1 else f"{len(names)} groups, {names[0]} and others"
        return [], [Failure(subject, response.sentence)]
    items, failures = [], []
    for group in response.groups:
        problem = problem_of(group)
        if problem:
            failures.append(Failure(f"group {group.group_id}", problem.sentence))
        else:
            items.append(read(group))
    return items, failures


def describe_request(kind: str, names: list[str]) -> Any:
    if kind in MODERN:
        request = protocol.request_class(f"{kind.title()}GroupDescribeRequest")
        return request(group_ids=names, include_authorized_operations=False)
    return DescribeGroupsRequest(groups=names)


def detail(group: Any, kind: str, broker: int) -> GroupDetail:
    if kind == "streams":
        return streams_detail(group, broker)
    if kind in MODERN:
        members = tuple(modern_member(member) for member in group.members)
        name, state, assignor = group.group_id, group.group_state, group.assignor_name
        return GroupDetail(name, state, kind, assignor, broker, members, group.group_epoch, group.assignment_epoch)
    members = tuple(classic_member(member, group.protocol_type) for member in group.members)
    return GroupDetail(group.group_id, group.group_state, kind, group.protocol_data or "", broker, members)


def streams_detail(group: Any, broker: int) -> GroupDetail:
    """Convert a streams group. Older brokers do not report its assignor."""
    topology = streams.topology(group.topology)
    return GroupDetail(
        group.group_id,
        group.group_state,
        "streams",
        getattr(group, "assignor_name", None) or "",
        broker,
        tuple(streams.member(member, topology) for member in group.members),
        group.group_epoch,
        group.assignment_epoch,
        topology,
    )


def committed(connection: Connection, names: Collection[str], *, timeout: float = TIMEOUT) -> Partial[GroupOffsets]:
    """Return committed offsets of many groups, with one request per coordinator and 200 groups, all at once.

    A share group has no committed offsets of this kind; leave such groups out.

    Raises:
        KafkaFailure: no broker answered.
    """
    return of_coordinators(connection, names, offsets_request, committed_by, timeout=timeout)


def standing(
    connection: Connection, listing: GroupListing, *, timeout: float = TIMEOUT
) -> tuple[Partial[GroupDetail], Partial[GroupOffsets]]:
    """Describe one group that commits offsets, and return these, both asked for at once.

    Raises:
        KafkaFailure: no broker answered.
    """
    names = [listing.name]
    requests = [describe_request(listing.type, names), offsets_request(names)]
    broker, responses, failures = coordinators.ask_of_group(
        connection, listing.name, requests, last_known=listing.coordinator, timeout=timeout
    )
    if broker is None:
        return Partial((), failures), Partial((), failures)
    details, untold = parted(responses[0], names, lambda group: detail(group, listing.type, broker))
    offsets, unknown = parted(responses[1], names, committed_by)
    return Partial(tuple(details), tuple(untold)), Partial(tuple(offsets), tuple(unknown))


def committed_by(group: Any) -> GroupOffsets:
    return GroupOffsets(group.group_id, offsets_of(group))


def of_coordinators(
    connection: Connection,
    names: Collection[str],
    request_for: Callable[[list[str]], Any],
    read: Callable[[Any], T],
    *,
    timeout: float,
) -> Partial[T]:
    """Ask the coordinators of many groups, each for its own ones; ``read`` converts what is said of one group.

    Raises:
        KafkaFailure: no broker answered.
    """
    deadline = time.monotonic() + timeout
    coordinator_ids, missing = coordinators.find(connection, names, timeout=timeout)
    buckets: dict[int, list[str]] = defaultdict(list)
    for name, broker in coordinator_ids.items():
        buckets[broker].append(name)
    batches = [
        (broker, groups[start : start + BATCH])
        for broker, groups in buckets.items()
        for start in range(0, len(groups), BATCH)
    ]
    requests = [(broker, request_for(batch)) for broker, batch in batches]
    responses = protocol.send_all(connection, requests, timeout=deadline - time.monotonic())
    items: list[T] = []
    failures = list(missing)
    for (_, batch), response in zip(batches, responses, strict=True):
        of_batch, problems = parted(response, batch, read)
        items += of_batch
        failures += problems
    return Partial(tuple(items), tuple(failures))


def offsets_request(names: list[str]) -> Any:
    """Return a request for all committed offsets of several groups (version 8, Kafka 3.0 and newer)."""
    group_class = OffsetFetchRequest.OffsetFetchRequestGroup
    requested = [group_class(group_id=name, topics=None) for name in names]
    return OffsetFetchRequest(groups=requested, min_version=8, max_version=8)


def offsets_of(group: Any) -> dict[tuple[str, int], int | None]:
    """Return a group's offsets; None where Kafka reports -1 or an error for the partition."""
    return {
        (topic.name, partition.partition_index): partition.committed_offset
        if not partition.error_code and partition.committed_offset >= 0
        else None
        for topic in group.topics
        for partition in topic.partitions
    }


def delete(connection: Connection, name: str, *, timeout: float = TIMEOUT) -> None:
    """Delete a group of any type and its offsets; it must have no members.

    Raises:
        NotFound: it is gone already.
        Conflict: it has members.
        KafkaFailure: with the cause.
    """
    response = coordinators.ask(connection, name, DeleteGroupsRequest(groups_names=[name]), timeout=timeout)
    try:
        protocol.raise_for_code(response.results[0].error_code, subject=name)
    except NotFound as gone:
        raise NotFound(f"There is no group {name}.", gone.advice) from gone
