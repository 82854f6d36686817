"""The steps of a batch in Kafka: throttle it, begin it, see what is left of it, and take the throttle away.

Each may be done again, as a worker does that goes on for another one.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from clusters.gateway import cluster, elections
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure, TimedOut, Unreachable
from clusters.gateway.offsets import Key
from clusters.gateway.reassigning import partitions, throttles
from clusters.gateway.reassigning.partitions import OngoingReassignment
from clusters.gateway.topics import Partition
from clusters.reassignment.planning.layout import Move
from clusters.reassignment.reading import read_partitions
from clusters.reassignment.running.throttle import Setting, changes_to_set, changes_to_undo, resources_of, settings_of

PATIENCE = 3.0  # seconds by when all brokers know where replicas are
PAUSE = 0.2
GONE = "It no longer exists."
CHANGED = "Its replicas changed since the preview, so it stays as it is."
STOPPED = "Sent back when the job was stopped."
CANCELLED = "Its reassignment was cancelled elsewhere."


def obstacles(connection: Connection, moves: Sequence[Move]) -> dict[str, str]:
    """Return the moves that cannot be made any more, and why."""
    return judged(connection, moves, obstacle)[0]


def judged(
    connection: Connection, moves: Sequence[Move], judge: Callable[[Move, Partition | None], str]
) -> tuple[dict[str, str], dict[Key, Partition]]:
    """Return what is wrong with moves, and their partitions; a broker that is asked may not know the latest yet."""
    deadline = time.monotonic() + PATIENCE
    while True:
        present = read_partitions(connection, [move.key for move in moves])
        reasons = {move.name: reason for move in moves if (reason := judge(move, present.get(move.key)))}
        if not reasons or time.monotonic() > deadline:
            return reasons, present
        time.sleep(PAUSE)


def obstacle(move: Move, partition: Partition | None) -> str:
    if partition is None:
        return GONE
    return "" if partition.replicas in {move.old, move.new} else CHANGED


def planned_settings(
    connection: Connection, moves: Sequence[Move], rate: int | None, leftovers: Sequence[Setting]
) -> tuple[Setting, ...]:
    """Return what a batch's throttle will be, and what is set now, but for what former jobs have left.

    Raises:
        KafkaFailure: a broker that takes part does not answer.
    """
    if not rate:
        return ()
    online = [broker.id for broker in cluster.describe(connection).brokers]
    present, failures = throttles.read(connection, resources_of(moves, online))
    raise_first(failures)
    return settings_of(moves, rate, present, leftovers)


def set_throttle(connection: Connection, settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """Set a batch's throttle; return what is to be set later, on brokers that are down and so copy nothing.

    Raises:
        KafkaFailure: Kafka refused, or the cluster is not reachable at all.
    """
    failures = throttles.alter(connection, changes_to_set(settings)) if settings else {}
    down = {owner for owner, failure in failures.items() if owner.broker is not None and is_down(failure)}
    raise_first({owner: failure for owner, failure in failures.items() if owner not in down})
    return tuple(setting for setting in settings if setting.owner in down)


def is_down(failure: KafkaFailure) -> bool:
    return isinstance(failure, Unreachable | TimedOut)


def begin(connection: Connection, moves: Sequence[Move]) -> dict[str, str]:
    """Start moves; return those that Kafka refused, and why.

    Raises:
        KafkaFailure: with the cause.
    """
    refusals = partitions.alter(connection, {move.key: move.new for move in moves})
    names = {move.key: move.name for move in moves}
    return {names[key]: failure.sentence for key, failure in refusals.items()}


def ongoing_of(connection: Connection, moves: Sequence[Move]) -> list[OngoingReassignment]:
    """Return what Kafka is still moving for these moves."""
    targets = {move.key: move.new for move in moves}
    listed = partitions.list_reassignments(connection, targets) if targets else []
    return [item for item in listed if set(item.target) == set(targets.get(item.key, ()))]


def outcome(connection: Connection, moves: Sequence[Move], *, reason: str = CANCELLED) -> dict[str, str]:
    """Return which moves that are over failed, and why; of the others, have the first replicas lead."""
    failures, present = judged(connection, moves, partial(misplaced, reason=reason))
    elect(connection, [move for move in moves if move.name not in failures], present)
    return failures


def misplaced(move: Move, partition: Partition | None, *, reason: str) -> str:
    if partition is None:
        return GONE
    return "" if set(partition.replicas) == set(move.new) else reason


def elect(connection: Connection, moves: Sequence[Move], present: Mapping[Key, Partition]) -> None:
    """Have the first replicas lead, where they are in sync; where they cannot, others go on leading."""
    leaders = {
        move.key: move.new[0]
        for move in moves
        if present[move.key].leader != move.new[0] and move.new[0] in present[move.key].isr
    }
    try:
        if leaders:
            elections.elect_preferred(connection, leaders)
    except KafkaFailure:
        return


def cancel(connection: Connection, moves: Sequence[Move]) -> None:
    """Have what is still being moved go back to where it was, also where it is not known whether it was begun.

    Raises:
        KafkaFailure: with the cause.
    """
    keys = [item.key for item in ongoing_of(connection, moves)]
    refusals = partitions.alter(connection, dict.fromkeys(keys)) if keys else {}
    raise_first(refusals)


def remove_throttle(connection: Connection, settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """Bring back what was set before a batch; return what is to be tried again, as on a broker that is down.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    if not settings:
        return ()
    present, unread = throttles.read(connection, {setting.owner for setting in settings})
    unchanged = throttles.alter(connection, changes_to_undo(settings, present))
    return tuple(setting for setting in settings if setting.owner in unread or setting.owner in unchanged)


def raise_first(failures: Mapping[Any, KafkaFailure]) -> None:
    """Raise one of several failures, if there is any.

    Raises:
        KafkaFailure: that.
    """
    for failure in failures.values():
        raise failure
