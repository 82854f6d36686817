"""The state of one group, as Kafka reports it now.

Kafka requests: its members, its offsets, and one list-offsets per leader.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clusters.gateway import groups as kafka
from clusters.gateway import offsets
from clusters.gateway.errors import NotFound
from clusters.gateway.groups import GroupDetail, GroupListing
from clusters.gateway.result import Failure
from clusters.groups.rows import PartitionRow, in_sight, partition_rows
from clusters.models import Cluster, Group, Topic


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
        return self.listing.type != "share"

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

    Raises:
        NotFound: no broker knows the group.
        KafkaFailure: with the cause.
    """
    connection, listing = cluster.connection(), listing_of(cluster, group)
    described = kafka.describe(connection, [listing])
    detail = in_sight(described.items[0] if described.items else None, can_see_topic)
    committed = kafka.committed(connection, [group])
    group_offsets = committed.items[0].offsets if committed.items else {}
    visible = {
        key: offset
        for key, offset in {**never_committed(cluster, group_offsets), **group_offsets}.items()
        if can_see_topic(key[0])
    }
    owned = {key for member in detail.members for key in member.partitions} if detail else set()
    ends, failures = offsets.end_offsets(connection, sorted(visible.keys() | owned))
    rows = partition_rows(detail, visible, ends)
    problems = [*described.failures, *committed.failures, *failures]
    return Standing(listing, detail, rows, problems, offsets_are_known=not committed.failures)


def listing_of(cluster: Cluster, group: str) -> GroupListing:
    """Return the group's type and state: from the inventory, or from the brokers if it is new.

    Raises:
        NotFound: no broker knows the group.
    """
    row = Group.objects.filter(cluster=cluster, name=group).first()
    if row:
        return GroupListing(row.name, row.state, row.type, "", row.coordinator)
    listed = kafka.list_groups(cluster.connection()).items
    listing = next((listing for listing in listed if listing.name == group), None)
    if listing is None:
        raise NotFound(f"There is no group {group}.", "It may have expired or been deleted; refresh the list.")
    return listing


def never_committed(
    cluster: Cluster, group_offsets: Mapping[tuple[str, int], int | None]
) -> dict[tuple[str, int], None]:
    """Return all partitions of the topics that a group reads, with None for an unknown committed offset."""
    names = {topic for topic, _ in group_offsets}
    numbers = Topic.objects.filter(cluster=cluster, name__in=names).values_list("name", "partitions")
    return {(topic, partition): None for topic, count in numbers for partition in range(count)}
