"""Reassignments as pages and the API read and plan them, from Kafka's present state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from clusters.access import topics_in_sight
from clusters.gateway.errors import InvalidRequest
from clusters.gateway.offsets import Key
from clusters.gateway.reassigning.partitions import OngoingReassignment, list_reassignments
from clusters.jobs.queries import visible_jobs
from clusters.models import Cluster, Job, Topic
from clusters.reassignment.job import NAME
from clusters.reassignment.plan import MOST, moves_of, notes_of
from clusters.reassignment.planning.balance import Balance, balance
from clusters.reassignment.planning.goals import DRAIN, Choice, moves_for, too_small
from clusters.reassignment.planning.layout import Move
from clusters.reassignment.planning.planner import Impossible
from clusters.reassignment.progress import Copying, seconds_at, sum_known
from clusters.reassignment.reading import ClusterState, read_copying, read_state
from clusters.reassignment.running.standing import from_json

SHOWN = 100  # moves of a preview


@dataclass(frozen=True)
class Limits:
    """How a job moves: bytes per second and broker, and how much at once; None is unlimited."""

    rate: int | None
    partitions_at_once: int
    bytes_at_once: int | None


@dataclass(frozen=True)
class Preview:
    """What a plan moves, how long that takes at its throttle, and how even the brokers are before and after."""

    moves: Sequence[Move]
    balance: Balance
    rate: int | None

    @property
    def shown(self) -> Sequence[Move]:
        return self.moves[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.moves) - SHOWN)

    @property
    def copied(self) -> tuple[int, int]:
        """Bytes to copy, as far as known, and of how many partitions they are not known."""
        return sum_known(move.copied for move in self.moves)

    @property
    def seconds(self) -> float | None:
        return None if self.copied[1] else seconds_at(self.moves, self.rate)


@dataclass(frozen=True)
class OngoingRow:
    """A partition that is being moved, how far it is, and the job that moves it; None where another tool does."""

    item: OngoingReassignment
    copying: Copying
    job: int | None


def planned(cluster: Cluster, choice: Choice, limits: Limits) -> tuple[dict[str, Any], Preview]:
    """Return the parameters of the job for a choice, and its preview.

    Raises:
        InvalidRequest: there is no such plan.
        KafkaFailure: with the cause.
    """
    state = read_state(cluster.connection())
    moving = {item.key for item in state.ongoing}
    try:
        every = moves_for(choice, state.layout)
    except Impossible as error:
        raise InvalidRequest(str(error)) from error
    moves = [move for move in every if move.key not in moving]
    kept, left_out = moves[:MOST], len(moves[MOST:])
    notes = notes_of(kept, state.layout, state.free, {move.name for move in every if move.key in moving}, left_out)
    parameters = {
        "title": choice.title,
        "goal": choice.goal,
        "emptied": list(choice.brokers) if choice.goal == DRAIN else [],
        "moves": [move.as_json() for move in kept],
        "notes": [*notes, *too_small(kept, min_isr_of(cluster))],
        "rate": limits.rate,
        "partitions_at_once": limits.partitions_at_once,
        "bytes_at_once": limits.bytes_at_once,
    }
    return parameters, preview(parameters, state)


def min_isr_of(cluster: Cluster) -> dict[str, int | None]:
    return dict(Topic.objects.filter(cluster=cluster).values_list("name", "min_isr"))


def preview(parameters: Mapping[str, Any], state: ClusterState) -> Preview:
    moves = moves_of(parameters)
    return Preview(moves, balance(state.layout, moves, parameters["emptied"]), parameters["rate"])


def preview_of(job: Job) -> Preview:
    """Return the preview of a draft again.

    Raises:
        KafkaFailure: with the cause.
    """
    return preview(job.parameters, read_state(job.cluster.connection()))


def ongoing_rows(request: HttpRequest, cluster: Cluster) -> list[OngoingRow]:
    """Return what is being moved of the topics that the person may see.

    Raises:
        KafkaFailure: with the cause.
    """
    connection, can_see = cluster.connection(), topics_in_sight(request, cluster)
    items = [item for item in list_reassignments(connection) if can_see(item.topic)]
    copying = read_copying(connection, items) if items else {}
    jobs = jobs_by_partition(cluster)
    return [OngoingRow(item, copying[item.key], jobs.get(item.key)) for item in items]


def jobs_by_partition(cluster: Cluster) -> dict[Key, int]:
    """Return the jobs that are moving partitions now."""
    jobs = Job.objects.filter(cluster=cluster, kind=NAME, state__in=Job.OPEN)
    return {move.key: job.pk for job in jobs for move in from_json(job.cursor).batch(moves_of(job.parameters))}


def open_jobs(request: HttpRequest, cluster: Cluster) -> list[Job]:
    """Return the reassignments that run, of those that the person may see."""
    return list(visible_jobs(request, cluster).filter(kind=NAME, state__in=Job.OPEN).order_by("pk"))


def former_moves(request: HttpRequest, cluster: Cluster, number: int | None) -> list[Move]:
    """Return the moves of an ended job that took place.

    Raises:
        InvalidRequest: there is no such job, or it still runs.
    """
    job = visible_jobs(request, cluster).filter(kind=NAME, pk=number).first() if number else None
    if job is None or job.state in Job.OPEN:
        raise InvalidRequest("There is no such reassignment that has ended.", field="job")
    standing = from_json(job.cursor)
    return [move for move in moves_of(job.parameters)[: standing.at] if move.name not in standing.failures]
