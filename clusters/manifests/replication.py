"""Replication factors that a manifest changes: one reassignment for all topics, since only one runs at a time."""

from typing import Any

from django.http import HttpRequest

from clusters.gateway.errors import Conflict
from clusters.jobs.changes import begin, draft
from clusters.manifests.differences import ReplicationDiffers
from clusters.models import Cluster
from clusters.reassignment.job import NAME, require_alone
from clusters.reassignment.plan import ACTION
from clusters.reassignment.planning.goals import REPLICATION, Choice
from clusters.reassignment.queries import Limits, planned
from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import first_names

LIMITS = Limits(None, 50, None)
BY_A_JOB = "A job moves the replicas, without a throttle until one is set: see Reassignments."
NOTHING = Conflict("These replicas are being moved already.", "Wait for the end of the reassignment.")


def plan_replication(difference: ReplicationDiffers) -> Plan:
    """Return what is confirmed: factors, since brokers' sizes change by the second. The grant is the job's."""
    steps = tuple(
        Step(f"replication factor of {name}", each.present, str(each.expected))
        for name, each in difference.factors.items()
    )
    resource = next(iter(difference.factors)) if len(steps) == 1 else EVERYTHING
    return Plan(ACTION, resource, steps, (BY_A_JOB,))


def parameters_for(cluster: Cluster, difference: ReplicationDiffers) -> dict[str, Any]:
    """Return a job's parameters: the moves of all topics, by the layout of now.

    Raises:
        Conflict: another reassignment runs, or there is nothing to move.
        InvalidRequest: there are too few brokers.
        KafkaFailure: with the cause.
    """
    require_alone(cluster)
    by_factor: dict[int, list[str]] = {}
    for name, each in difference.factors.items():
        by_factor.setdefault(each.expected, []).append(name)
    parts = [
        planned(cluster, Choice(REPLICATION, topics=tuple(names), factor=factor), LIMITS)[0]
        for factor, names in by_factor.items()
    ]
    moves = [move for part in parts for move in part["moves"]]
    if not moves:
        raise NOTHING
    notes = [note for part in parts for note in part["notes"]]
    title = f"Replication factor of {first_names(list(difference.factors))}, as in a manifest"
    return {**parts[0], "title": title, "moves": moves, "notes": notes}


def start(request: HttpRequest, cluster: Cluster, difference: ReplicationDiffers) -> None:
    """Start the job; called by the door.

    Raises:
        KafkaFailure: as ``parameters_for``; or the person may not move all of it.
    """
    begin(request, draft(request, cluster, NAME, parameters_for(cluster, difference)))
