"""Replication factors that a manifest changes: one reassignment for all topics, since only one runs at a time."""

from typing import Any

from django.http import HttpRequest

from clusters.gateway.errors import Conflict
from clusters.jobs.changes import begin, draft
from clusters.manifests.differences import ReplicationDiffers
from clusters.models import Cluster
from clusters.reassignment.job import NAME, require_alone
from clusters.reassignment.plan import ACTION, throttle_words
from clusters.reassignment.planning.goals import REPLICATION, Choice
from clusters.reassignment.queries import Limits, planned
from core.patterns import EVERYTHING
from core.plan import Plan, Step
from core.web.formats import first_names

PARTITIONS_AT_ONCE = 50
BY_A_JOB = "A job moves the replicas: see Reassignments."
UNTHROTTLED = f"{BY_A_JOB} It has no throttle unless one is entered here or, while it runs, on its page."
NOTHING = Conflict("These replicas are being moved already.", "Wait for the end of the reassignment.")


def plan_replication(difference: ReplicationDiffers, rate: int | None = None) -> Plan:
    """Return what is confirmed: factors, since brokers' sizes change by the second. The grant is the job's."""
    factors = tuple(
        Step(f"replication factor of {name}", each.present, str(each.expected))
        for name, each in difference.factors.items()
    )
    resource = next(iter(difference.factors)) if len(factors) == 1 else EVERYTHING
    throttle = Step("throttle", None, throttle_words(rate))
    return Plan(ACTION, resource, (*factors, throttle), (BY_A_JOB if rate else UNTHROTTLED,))


def parameters_for(cluster: Cluster, difference: ReplicationDiffers, rate: int | None) -> dict[str, Any]:
    """Return a job's parameters: the moves of all topics, by the layout of now; ``rate`` is its throttle, if any.

    Raises:
        Conflict: another reassignment runs, or there is nothing to move.
        InvalidRequest: there are too few brokers.
        KafkaFailure: with the cause.
    """
    require_alone(cluster)
    limits = Limits(rate, PARTITIONS_AT_ONCE, None)
    by_factor: dict[int, list[str]] = {}
    for name, each in difference.factors.items():
        by_factor.setdefault(each.expected, []).append(name)
    parts = [
        planned(cluster, Choice(REPLICATION, topics=tuple(names), factor=factor), limits)[0]
        for factor, names in by_factor.items()
    ]
    moves = [move for part in parts for move in part["moves"]]
    if not moves:
        raise NOTHING
    notes = [note for part in parts for note in part["notes"]]
    title = f"Replication factor of {first_names(list(difference.factors))}, as in a manifest"
    return {**parts[0], "title": title, "moves": moves, "notes": notes}


def start(request: HttpRequest, cluster: Cluster, difference: ReplicationDiffers, rate: int | None) -> None:
    """Start the job; called by the door.

    Raises:
        KafkaFailure: as ``parameters_for``; or the person may not move all of it.
    """
    begin(request, draft(request, cluster, NAME, parameters_for(cluster, difference, rate)))
