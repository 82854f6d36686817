"""What a reassignment is for, as it was chosen, and the moves that this takes. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from clusters.reassignment import json_files
from clusters.reassignment.json_files import Unreadable
from clusters.reassignment.planning import planner
from clusters.reassignment.planning.layout import Layout, Move
from clusters.reassignment.planning.planner import Impossible
from core.patterns import glob_matches
from core.web.formats import plural

REBALANCE, LEADERS, DRAIN, FILL, REPLICATION, FILE, ROLL_BACK = (
    "rebalance", "leaders", "drain", "fill", "replication", "file", "rollback",
)  # fmt: skip
GOALS = [
    (REBALANCE, "Rebalance brokers"),
    (LEADERS, "Rebalance leaders only"),
    (DRAIN, "Drain or replace brokers"),
    (FILL, "Fill new brokers"),
    (REPLICATION, "Change replication factor"),
    (FILE, "Apply a JSON file"),
    (ROLL_BACK, "Roll back a job"),
]


@dataclass(frozen=True)
class Choice:
    """A goal, and what it needs: ``topics`` are globs, ``assignment`` is the JSON, ``former`` a job's moves."""

    goal: str
    brokers: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()
    topics: tuple[str, ...] = ()
    factor: int | None = None
    assignment: str = ""
    job: int | None = None
    former: Sequence[Move] = field(default=(), repr=False)

    @property
    def title(self) -> str:
        """What the job is called."""
        numbers, targets = (", ".join(map(str, ids)) for ids in (self.brokers, self.targets))
        several = "s" if len(self.brokers) > 1 else ""
        of_topics = f" of {', '.join(self.topics)}" if self.topics else ""
        return {
            REBALANCE: f"Rebalance brokers{of_topics.replace(' of ', ' for ', 1)}",
            LEADERS: f"Rebalance leaders{of_topics}",
            DRAIN: f"Drain broker{several} {numbers}{f' to {targets}' if targets else ''}{of_topics}",
            FILL: f"Fill broker{several} {numbers}",
            REPLICATION: f"Replication factor {self.factor}{of_topics}",
            FILE: "Reassign partitions as in a file",
            ROLL_BACK: f"Roll back job {self.job}",
        }[self.goal]


def moves_for(choice: Choice, layout: Layout) -> list[Move]:
    """Return the moves of a goal.

    Raises:
        Impossible: there is no such plan.
    """
    names = {partition.topic for partition in layout.partitions}
    topics = {name for name in names if any(glob_matches(glob, name) for glob in choice.topics)}
    if choice.topics and not topics:
        raise Impossible(f"No topic matches {', '.join(choice.topics)}.")
    return planned(choice, layout, topics if choice.topics else None)


def planned(choice: Choice, layout: Layout, topics: set[str] | None) -> list[Move]:
    if choice.goal == DRAIN:
        require_known(choice.brokers, layout)
        return planner.drain(layout, choice.brokers, choice.targets, topics)
    if choice.goal == FILL:
        return planner.fill(layout, choice.brokers)
    if choice.goal == REPLICATION:
        return planner.replicate(layout, topics or set(), choice.factor or 1)
    if choice.goal in {FILE, ROLL_BACK}:
        return as_written(choice, layout)
    plan = planner.rebalance if choice.goal == REBALANCE else planner.rebalance_leaders
    return plan(layout if topics is None else of_topics(layout, topics))


def require_known(brokers: Collection[int], layout: Layout) -> None:
    """Raises Impossible: a broker is neither online nor has a replica, so that draining it would do nothing."""
    holding = {broker for partition in layout.partitions for broker in partition.replicas}
    unknown = sorted(set(brokers) - set(layout.racks) - holding)
    if unknown:
        raise Impossible(f"Neither online nor with a replica: broker {', '.join(map(str, unknown))}.")


def of_topics(layout: Layout, topics: Collection[str]) -> Layout:
    return Layout(layout.racks, tuple(item for item in layout.partitions if item.topic in topics))


def as_written(choice: Choice, layout: Layout) -> list[Move]:
    """Return the moves to what a file says, or back to where a job found everything.

    Raises:
        Impossible: it cannot be read, or names what does not exist.
    """
    try:
        if choice.goal == FILE:
            return json_files.moves_of(json_files.read(choice.assignment), layout)
        present = {move.key: move.old for move in choice.former if move.key in layout.partition_by_key}
        return json_files.moves_of(present, layout)
    except Unreadable as error:
        raise Impossible(str(error)) from error


def too_small(moves: Sequence[Move], min_isr: Mapping[str, int | None]) -> list[str]:
    """Return warnings on topics whose replicas become fewer than their min.insync.replicas."""
    topics = sorted({
        move.topic for move in moves
        if len(move.new) < len(move.old) and len(move.new) < (min_isr.get(move.topic) or 0)
    })  # fmt: skip
    if not topics:
        return []
    return [f"Fewer replicas than min.insync.replicas, so producers with acks=all fail: {plural(len(topics), 'topic')}"
            f" ({', '.join(topics[:5])})."]  # fmt: skip
