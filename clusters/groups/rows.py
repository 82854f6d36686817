"""Rows of a group's partition table. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from clusters.gateway.groups.describing import GroupDetail, Member
from clusters.gateway.groups.share import ShareOffset
from clusters.gateway.groups.streams import Subtopology
from clusters.gateway.offsets import beyond, lag


@dataclass(frozen=True)
class PartitionRow:
    """One partition that a group committed, or that is assigned to one of its members."""

    topic: str
    partition: int
    committed: int | None
    end: int | None
    owner: Member | None

    @property
    def owners(self) -> tuple[Member, ...]:
        return (self.owner,) if self.owner else ()

    @property
    def lag(self) -> int | None:
        """Records that the group has not committed yet; None where unknown."""
        return lag(self.committed, self.end)

    @property
    def beyond(self) -> int | None:
        """How far its offset is beyond the end: the topic was made anew or truncated."""
        return beyond(self.committed, self.end)


@dataclass(frozen=True)
class SharePartitionRow(PartitionRow):
    """One partition of a share group. ``committed`` is its start offset; several members may have the partition."""

    undelivered: int | None = None
    members: tuple[Member, ...] = ()

    @property
    def owners(self) -> tuple[Member, ...]:
        return self.members

    @property
    def lag(self) -> int | None:
        """Records that the group has yet to deal with, as Kafka counts them."""
        return self.undelivered


def in_sight(detail: GroupDetail | None, can_see_topic: Callable[[str], bool]) -> GroupDetail | None:
    """Remove from the members' assignments the topics that the person may not see."""
    if detail is None:
        return None
    topology = detail.topology
    if topology:
        parts = tuple(subtopology_in_sight(part, can_see_topic) for part in topology.subtopologies)
        topology = replace(topology, subtopologies=parts)
    return replace(
        detail,
        topology=topology,
        members=tuple(
            replace(
                member,
                assignment=tuple((topic, numbers) for topic, numbers in member.assignment if can_see_topic(topic)),
            )
            for member in detail.members
        ),
    )


def subtopology_in_sight(part: Subtopology, can_see_topic: Callable[[str], bool]) -> Subtopology:
    return Subtopology(
        part.id,
        tuple(filter(can_see_topic, part.sources)),
        tuple(filter(can_see_topic, part.repartition_sources)),
        tuple(filter(can_see_topic, part.repartition_sinks)),
        tuple(filter(can_see_topic, part.changelogs)),
    )


def present_only(detail: GroupDetail, partitions: Mapping[str, int]) -> GroupDetail:
    """Remove partitions that topics do not have: a task reads those of its number, where there are such.

    Args:
        detail: a streams group.
        partitions: how many partitions topics have, as far as that is known.
    """
    return replace(
        detail,
        members=tuple(
            replace(
                member,
                assignment=tuple(
                    (topic, tuple(number for number in numbers if number < partitions.get(topic, number + 1)))
                    for topic, numbers in member.assignment
                ),
            )
            for member in detail.members
        ),
    )


def share_rows(
    detail: GroupDetail | None,
    starts: Mapping[tuple[str, int], ShareOffset],
    ends: Mapping[tuple[str, int], int | None],
) -> list[PartitionRow]:
    """Join start offsets, end offsets and assignments of a share group; sorted by topic and partition."""
    owners: dict[tuple[str, int], tuple[Member, ...]] = {}
    for member in detail.members if detail else ():
        owners |= {partition: (*owners.get(partition, ()), member) for partition in member.partitions}
    unknown = ShareOffset(None, None)
    return [
        SharePartitionRow(
            *key,
            starts.get(key, unknown).start,
            ends.get(key),
            None,
            starts.get(key, unknown).lag,
            owners.get(key, ()),
        )
        for key in sorted(set(starts) | set(owners))
    ]


def partition_rows(
    detail: GroupDetail | None,
    committed: Mapping[tuple[str, int], int | None],
    ends: Mapping[tuple[str, int], int | None],
) -> list[PartitionRow]:
    """Join committed offsets, end offsets and assignments; sorted by topic and partition."""
    owners = {partition: member for member in (detail.members if detail else ()) for partition in member.partitions}
    return [
        PartitionRow(
            topic,
            partition,
            committed.get((topic, partition)),
            ends.get((topic, partition)),
            owners.get((topic, partition)),
        )
        for topic, partition in sorted(set(committed) | set(owners))
    ]
