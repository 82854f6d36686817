"""Operating and deleting several connectors; many are operated by a job."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.http import HttpRequest

from clusters.bulk.items import Change, Item, Planner, Values
from clusters.changes import require_confirmed
from clusters.connect import plan, planning
from clusters.connect.plan import Operation
from clusters.connect.rules.keys import read_key
from clusters.connect.several.job import NAME, parameters_of
from clusters.connect.several.selection import Selection, show_operated
from clusters.connect_words import named as bound
from clusters.jobs.changes import draft, start
from clusters.models import Cluster, Job
from core.plan import Plan, Plans

AT_ONCE = 10  # connectors that a request operates: restarting one can take seconds


def operations(operation: Operation) -> Callable[[HttpRequest, Cluster, Values], Planner]:
    """Return what plans one operation of each connector that a key names."""

    def planner(request: HttpRequest, cluster: Cluster, values: Values) -> Planner:
        selection = Selection(cluster)

        def plan_operation(key: str, pinned: str) -> Change:
            connect, name = read_key(key)
            workers = selection.workers_of(connect)
            planned = bound(plan.operate(operation, workers.connector(name)), workers.row)
            return Change(planned, partial(planning.apply_operation, workers.connect, name, operation), lambda: None)

        return plan_operation

    return planner


def connector_deletions(request: HttpRequest, cluster: Cluster, values: Values) -> Planner:
    selection = Selection(cluster)

    def plan_deletion(key: str, pinned: str) -> Change:
        connect, name = read_key(key)
        workers = selection.workers_of(connect)
        planned = planning.deletion_of(workers.row, workers.connect, workers.connector(name))
        return Change(planned, partial(planning.delete, workers.row, workers.connect, name), lambda: None)

    return plan_deletion


def show_done(operation: Operation, cluster: Cluster, items: Sequence[Item]) -> None:
    show_operated(cluster, operation, [item.name for item in items if item.is_done])


def as_one(items: Sequence[Item]) -> Plans:
    """Return the plans of all connectors, whose steps name the Connect clusters, too."""
    return Plans(tuple(named(connect, planned) for (connect, _), planned in plans_of(items).items()))


def named(connect: str, planned: Plan) -> Plan:
    return replace(planned, steps=tuple(replace(step, subject=f"{connect}: {step.subject}") for step in planned.steps))


def plans_of(items: Sequence[Item]) -> dict[tuple[str, str], Plan]:
    return {read_key(item.name): item.change.plan for item in items if item.change}


def as_job(
    operation: Operation, request: HttpRequest, cluster: Cluster, items: Sequence[Item], digests: Mapping[str, str]
) -> Job:
    """Start a job that operates the connectors as was confirmed.

    Raises:
        KafkaFailure: one of them is no longer what was confirmed, or the person may not do all of it.
    """
    for item in items:
        if item.change:
            require_confirmed(item.change.plan, digests.get(item.name, ""))
    job = draft(request, cluster, NAME, parameters_of(operation, plans_of(items)))
    start(request, job)
    return job
