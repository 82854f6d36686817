"""A reassignment as a plan: what its preview shows, and the audit log keeps. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from clusters.kafka_tools import command
from clusters.reassignment.planning.layout import Layout, Move, move_from_json
from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import first_names, plural, size

ACTION = "topics.reassign"
TOOL = "kafka-reassign-partitions"
FILE = "reassignment.json"
MOST = 5000  # partitions of one job


def replica_words(brokers: Sequence[int]) -> str:
    return f"broker{'s' if len(brokers) > 1 else ''} {', '.join(map(str, brokers))}"


def resource_of(moves: Sequence[Move]) -> str:
    """Return what a grant must cover: the topic if there is but one, else all."""
    topics = {move.topic for move in moves}
    return topics.pop() if len(topics) == 1 else EVERYTHING


def moves_of(parameters: Mapping[str, Any]) -> list[Move]:
    return [move_from_json(stored) for stored in parameters["moves"]]


def plan_of(parameters: Mapping[str, Any]) -> Plan:
    """Return what a job with these parameters does."""
    moves, rate = moves_of(parameters), parameters["rate"]
    steps = [Step(f"replicas of {move.name}", replica_words(move.old), replica_words(move.new)) for move in moves]
    if moves:
        steps += [
            Step("throttle", None, throttle_words(rate)),
            Step("at once", None, at_once_words(parameters)),
        ]
    return Plan(
        ACTION, resource_of(moves), tuple(steps), tuple(parameters["notes"]), commands=commands(rate) if moves else ()
    )


def throttle_words(rate: int | None) -> str:
    return f"{size(rate)}/s per broker, removed at the end" if rate else "none"


def at_once_words(parameters: Mapping[str, Any]) -> str:
    most_bytes = parameters["bytes_at_once"]
    limit = f", {size(most_bytes)}" if most_bytes else ""
    return f"at most {plural(parameters['partitions_at_once'], 'partition')}{limit}"


def commands(rate: int | None) -> tuple[str, ...]:
    """Return the commands that do the same with the plan's JSON, and remove the throttle once it is done."""
    throttle = ("--throttle", str(rate)) if rate else ()
    named = ("--reassignment-json-file", FILE)
    return (command(TOOL, *named, "--execute", *throttle), command(TOOL, *named, "--verify"))


def notes_of(
    moves: Sequence[Move], layout: Layout, free: Mapping[int, int | None], moving: Collection[str], left_out: int
) -> list[str]:
    """Return what to consider before a plan is confirmed.

    Args:
        moves: the plan.
        layout: what it starts from.
        free: the free bytes of each broker that tells.
        moving: partitions that are being moved already, which the plan leaves alone.
        left_out: how many moves are too many for one job.
    """
    notes = []
    if moving:
        notes.append(f"Being reassigned already, so they stay as they are: {first_names(sorted(moving))}.")
    if left_out:
        notes.append(f"{plural(left_out, 'more partition')} can follow in another reassignment.")
    unknown = sum(move.copied is None for move in moves)
    if unknown:
        notes.append(f"The size of {plural(unknown, 'partition')} is not known: a broker did not answer.")
    incoming = Counter[int]()
    for move in moves:
        incoming.update(dict.fromkeys(move.added, move.size or 0))
    for broker, total in sorted(incoming.items()):
        space = free.get(broker)
        if space is not None and total > space:
            notes.append(f"Broker {broker} gets {size(total)} and has {size(space)} free: its disk may fill up.")
    offline = sorted({broker for move in moves for broker in move.new if broker not in layout.racks})
    if offline:
        notes.append(f"Keeps replicas on brokers that are not online: {', '.join(map(str, offline))}.")
    return notes
