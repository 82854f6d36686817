"""Cancelling reassignments, whoever started them: partitions that are being moved go back to where they were."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.offsets import Key
from clusters.gateway.reassigning.partitions import OngoingReassignment, alter, list_reassignments
from clusters.kafka_tools import MOST_IN_COMMAND, command, written
from clusters.models import Cluster
from clusters.reassignment.plan import ACTION, FILE, TOOL, replica_words
from clusters.reassignment.queries import jobs_by_partition
from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import first_names, plural


@dataclass(frozen=True)
class Cancellation:
    """A plan, and the partitions that it is for."""

    plan: Plan
    keys: tuple[Key, ...]


def planned(cluster: Cluster, topic: str = "", numbers: Collection[int] = ()) -> Cancellation:
    """Plan to cancel what is being moved: all, of a topic, or of some of its partitions.

    Raises:
        KafkaFailure: with the cause.
    """
    items = [
        item
        for item in list_reassignments(cluster.connection())
        if (not topic or item.topic == topic) and (not numbers or item.number in numbers)
    ]
    return Cancellation(cancellation(items, topic, jobs_by_partition(cluster)), tuple(item.key for item in items))


def cancellation(items: Iterable[OngoingReassignment], topic: str, jobs: Mapping[Key, int]) -> Plan:
    items = list(items)
    steps = tuple(
        Step(
            f"reassignment of {item.name}", f"to {replica_words(item.target)}", f"back to {replica_words(item.origin)}"
        )
        for item in items
    )
    running = sorted({jobs[item.key] for item in items if item.key in jobs})
    warnings = ["What the new replicas have copied will be deleted."] if items else []
    if running:
        names = first_names([f"job {number}" for number in running])
        warnings.append(f"Part of {names}, which goes on with its other partitions; stop it to end it.")
    return Plan(ACTION, topic or EVERYTHING, steps, tuple(warnings), commands=commands(items))


def commands(items: Collection[OngoingReassignment]) -> tuple[str, ...]:
    """Return the commands that cancel as well, with the file that they need; none for very many partitions."""
    if not 0 < len(items) <= MOST_IN_COMMAND:
        return ()
    partitions = [{"topic": item.topic, "partition": item.number, "replicas": list(item.target)} for item in items]
    file = written(FILE, {"version": 1, "partitions": partitions})
    return file, command(TOOL, "--cancel", "--reassignment-json-file", FILE, "--preserve-throttles")


def cancel(connection: Connection, keys: Collection[Key]) -> None:
    """Cancel, all at once.

    Raises:
        KafkaFailure: some were refused, of which the first is named; the others are cancelled.
    """
    refusals = alter(connection, dict.fromkeys(keys))
    for failure in refusals.values():
        raise said_partly(failure, len(refusals), len(keys))


def said_partly(failure: KafkaFailure, refused: int, number: int) -> KafkaFailure:
    if refused < number:
        failure.sentence += f" {refused} of {plural(number, 'partition')} were not cancelled; the others were."
    return failure
