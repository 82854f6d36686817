"""The state of one group, as Kafka reports it now.

Kafka requests: its members, its offsets, and one list-offsets per leader.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from clusters.gateway import offsets
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import NotFound, TimedOut
from clusters.gateway.groups import describing as kafka
from clusters.gateway.groups import share
from clusters.gateway.groups.describing import GroupDetail, GroupListing
from clusters.gateway.result import Failure
from clusters.groups.plan import SHARE, STREAMS
from clusters.groups.rows import PartitionRow, in_sight, partition_rows, present_only, share_rows
from clusters.models import Cluster, Group, Topic
from core.database.prepared import Parameter, Prepared

GROUP = Prepared(Group.objects.filter(cluster=Parameter("cluster"), name=Parameter("name")))
REMOVABLE = {"classic", "consumer"}  # types of groups whose members Kafka removes


@dataclass(frozen=True)
class Standing:
    """A group's members (None if its coordinator does not answer), its partitions, and what did not answer.

    Where its offsets are not known, a partition without an offset is not one that it never committed to.
    """

    listing: GroupListing
    about: GroupDetail | None
    rows: list[PartitionRow]
    problems: list[Failure]
    offsets_are_known: bool = True

    @property
    def commits(self) -> bool:
        """Whether the group commits offsets; a share group acknowledges records one by one."""
        return self.listing.type != SHARE

    @property
    def is_streams(self) -> bool:
        return self.listing.type == STREAMS

    @property
    def has_configs(self) -> bool:
        return self.listing.type != "classic"

    @property
    def has_removable_members(self) -> bool:
        return self.listing.type in REMOVABLE and bool(self.about and self.about.members)

    @property
    def internal_topics(self) -> tuple[str, ...]:
        """A streams group's own topics."""
        topology = self.about.topology if self.about else None
        return topology.internal_topics if topology else ()

    @property
    def lag(self) -> int | None:
        """Sum of the known lags of its partitions; None if none is known."""
        known_lags = [row.lag for row in self.rows if row.lag is not None]
        return sum(known_lags) if known_lags else None

    @property
    def unknown(self) -> int:
        return sum(row.lag is None for row in self.rows)


def standing_of(cluster: Cluster, group: str, can_see_topic: Callable[[str], bool]) -> Standing:
    """Ask for a group's members, and each partition's committed and end offset, of topics that ``can_see_topic``.

    A share group's partitions have start offsets instead of committed ones.

    Raises:
        NotFound: no broker knows the group.
        KafkaFailure: with the cause.
    """
    connection, listing = cluster.connection(), listing_of(cluster, group)
    if listing.type == SHARE:
        return share_standing(connection, listing, can_see_topic)
    described, committed = kafka.standing(connection, listing)
    detail = in_sight(described.items[0] if described.items else None, can_see_topic)
    if detail and listing.type == STREAMS:
        assigned = {topic for member in detail.members for topic, _ in member.assignment}
        detail = present_only(detail, partitions_of(cluster, assigned))
    group_offsets = committed.items[0].offsets if committed.items else {}
    visible = {
        key: offset
        for key, offset in {**never_committed(cluster, group_offsets), **group_offsets}.items()
        if can_see_topic(key[0])
    }
    owned = {key for member in detail.members for key in member.partitions} if detail else set()
    ends, failures = offsets.end_offsets(connection, sorted(visible.keys() | owned))
    rows = partition_rows(detail, visible, ends)
    problems = [*dict.fromkeys((*described.failures, *committed.failures)), *failures]
    return Standing(listing, detail, rows, problems, offsets_are_known=not committed.failures)


def share_standing(connection: Connection, listing: GroupListing, can_see_topic: Callable[[str], bool]) -> Standing:
    """Ask for a share group's members and start offsets, and the end offsets there.

    Raises:
        KafkaFailure: with the cause.
    """
    described = kafka.describe(connection, [listing])
    detail = in_sight(described.items[0] if described.items else None, can_see_topic)
    of_group = share.offsets(connection, [listing.name])
    starts = of_group.items[0].offsets if of_group.items else {}
    visible = {key: offset for key, offset in starts.items() if can_see_topic(key[0])}
    ends, failures = offsets.end_offsets(connection, sorted(visible))
    rows = share_rows(detail, visible, ends)
    problems = [*described.failures, *of_group.failures, *failures]
    return Standing(listing, detail, rows, problems, offsets_are_known=not of_group.failures)


def listing_of(cluster: Cluster, group: str) -> GroupListing:
    """Return the group's type and state: from the inventory, or from the brokers if it is new.

    Raises:
        NotFound: no broker knows the group.
        TimedOut: those that responded do not know it, but not all did.
    """
    row = GROUP.first(cluster=cluster.pk, name=group)
    if row:
        return GroupListing(row.name, row.state, row.type, "", row.coordinator)
    listed = kafka.list_groups(cluster.connection())
    listing = next((listing for listing in listed.items if listing.name == group), None)
    if listing is None and listed.failures:
        reason = listed.failures[0].sentence
        raise TimedOut(f"Whether there is a group {group} is not known: {reason}", "Try again in a few seconds.")
    if listing is None:
        raise NotFound(f"There is no group {group}.", "It may have expired or been deleted; refresh the list.")
    return listing


def never_committed(
    cluster: Cluster, group_offsets: Mapping[tuple[str, int], int | None]
) -> dict[tuple[str, int], None]:
    """Return all partitions of the topics that a group reads, with None for an unknown committed offset."""
    names = {topic for topic, _ in group_offsets}
    numbers = partitions_of(cluster, names)
    return {(topic, partition): None for topic, count in numbers.items() for partition in range(count)}


def partitions_of(cluster: Cluster, topics: Collection[str]) -> dict[str, int]:
    """Return how many partitions topics have, of those that the inventory knows."""
    return dict(Topic.objects.filter(cluster=cluster, name__in=topics).values_list("name", "partitions"))
