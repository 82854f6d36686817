"""Streams groups (KIP-1071): their topology, and members with tasks instead of partitions."""

from dataclasses import dataclass
from typing import Any

from clusters.gateway.groups.members import Assignment, Member, Tasks, TasksByRole


@dataclass(frozen=True, slots=True)
class Subtopology:
    """A part of a topology, whose tasks are numbered like the partitions of the topics that it reads."""

    id: str
    sources: tuple[str, ...]
    repartition_sources: tuple[str, ...]
    repartition_sinks: tuple[str, ...]
    changelogs: tuple[str, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        return (*self.sources, *self.repartition_sources)

    @property
    def internal(self) -> tuple[str, ...]:
        """The topics that belong to the application."""
        return (*self.repartition_sources, *self.changelogs)


@dataclass(frozen=True, slots=True)
class Topology:
    """What an application computes, as its members told it; without subtopologies until all its topics are there."""

    epoch: int
    subtopologies: tuple[Subtopology, ...]

    @property
    def internal_topics(self) -> tuple[str, ...]:
        """The repartition and changelog topics, which belong to the application."""
        return tuple(sorted({topic for each in self.subtopologies for topic in each.internal}))


def topology(described: Any) -> Topology | None:
    """Convert the topology of a described group; None where it has none."""
    if described is None:
        return None
    return Topology(described.epoch, tuple(subtopology(part) for part in described.subtopologies or ()))


def subtopology(part: Any) -> Subtopology:
    return Subtopology(
        part.subtopology_id,
        tuple(sorted(part.source_topics)),
        tuple(sorted(topic.name for topic in part.repartition_source_topics)),
        tuple(sorted(part.repartition_sink_topics)),
        tuple(sorted(topic.name for topic in part.state_changelog_topics)),
    )


def member(described: Any, of_group: Topology | None) -> Member:
    """Convert a member. Its partitions are those of its active tasks, in all topics that the subtopology reads."""
    tasks = TasksByRole(
        tasks_of(described.assignment.active_tasks),
        tasks_of(described.assignment.standby_tasks),
        tasks_of(described.assignment.warmup_tasks),
    )
    return Member(
        described.member_id,
        described.client_id,
        described.client_host,
        described.instance_id,
        partitions_of(tasks.active, of_group),
        described.member_epoch,
        tasks,
    )


def tasks_of(described: Any) -> Tasks:
    return tuple(sorted((task.subtopology_id, tuple(sorted(task.partitions))) for task in described))


def partitions_of(active: Tasks, of_group: Topology | None) -> Assignment:
    inputs = {part.id: part.inputs for part in (of_group.subtopologies if of_group else ())}
    return tuple(sorted((topic, numbers) for part, numbers in active for topic in inputs.get(part, ())))
