"""Rows of a group's partition table. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from clusters.gateway.groups import GroupDetail, Member
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
    def lag(self) -> int | None:
        """Records that the group has not committed yet; None where unknown."""
        return lag(self.committed, self.end)

    @property
    def beyond(self) -> int | None:
        """How far its offset is beyond the end: the topic was made anew or truncated."""
        return beyond(self.committed, self.end)


def in_sight(detail: GroupDetail | None, can_see_topic: Callable[[str], bool]) -> GroupDetail | None:
    """Remove from the members' assignments the topics that the person may not see."""
    if detail is None:
        return None
    return replace(
        detail,
        members=tuple(
            replace(
                member,
                assignment=tuple((topic, numbers) for topic, numbers in member.assignment if can_see_topic(topic)),
            )
            for member in detail.members
        ),
    )


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
