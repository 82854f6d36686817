"""Restarting everything that failed, of all Connect clusters or of one: planned as one, applied one by one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from django.http import HttpRequest

from clusters.access import sees
from clusters.changes import apply_change
from clusters.connect import plan, planning
from clusters.connect.mirror import EACH, connector_changed
from clusters.connect_words import named
from clusters.gateway.connect import connectors as kafka
from clusters.gateway.connect.client import Connect
from clusters.gateway.errors import KafkaFailure
from clusters.models import Cluster, ConnectCluster
from core.plan import Plan, Plans

MOST = 100  # connectors that one request restarts
SECONDS = 20.0  # for those of one Connect cluster


@dataclass(frozen=True)
class Restart:
    """A connector of which something failed, and the plan to restart that; ``error`` is why it was not done."""

    row: ConnectCluster
    connect: Connect
    plan: Plan
    is_done: bool = False
    error: str = ""

    @property
    def name(self) -> str:
        return self.plan.resource

    @property
    def shown_plan(self) -> Plan:
        """The plan beside those of other Connect clusters."""
        steps = (replace(step, subject=f"{self.row.name}: {step.subject}") for step in self.plan.steps)
        return replace(self.plan, steps=tuple(steps))


@dataclass(frozen=True)
class Restarts:
    """What failed, as far as the person may restart it; ``rest`` counts what is left for another time."""

    parts: tuple[Restart, ...]
    rest: int = 0
    problems: tuple[str, ...] = ()

    @property
    def plans(self) -> Plans:
        return Plans(tuple(part.shown_plan for part in self.parts))


def planned_restarts(request: HttpRequest, cluster: Cluster, name: str = "") -> Restarts:
    """Ask the workers what failed: by one request for each Connect cluster, or of the named one."""
    rows = cluster.connect_clusters.filter(name=name) if name else cluster.connect_clusters.all()
    restarts: list[Restart] = []
    problems: list[str] = []
    for row in rows:
        connect = Connect(row.connection(), seconds=SECONDS, each=EACH)
        try:
            plans = plan.restart_failed(kafka.list_connectors(connect))
        except KafkaFailure as failure:
            problems.append(f"{row.name}: {failure.sentence}")
            continue
        restarts += [
            Restart(row, connect, named(each, row))
            for each in plans
            if sees(request, cluster, plan.OPERATE, each.resource)
        ]
    return Restarts(tuple(restarts[:MOST]), max(0, len(restarts) - MOST), tuple(problems))


def restarted(request: HttpRequest, cluster: Cluster, restarts: Iterable[Restart]) -> list[Restart]:
    """Restart one after the other; what fails does not hinder the others."""
    return [restarted_one(request, cluster, part) for part in restarts]


def restarted_one(request: HttpRequest, cluster: Cluster, part: Restart) -> Restart:
    apply = partial(planning.apply_operation, part.connect, part.name, plan.RESTART_FAILED)
    try:
        apply_change(request, cluster, part.plan, apply)
        connector_changed(part.row, kafka.describe(part.connect, part.name))
    except KafkaFailure as failure:
        return replace(part, error=f"{failure.sentence} {failure.advice}".strip())
    return replace(part, is_done=True)
