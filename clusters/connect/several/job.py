"""Operating many connectors, as a job: one after the other, and what became of each."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from clusters.connect import plan, planning, queries
from clusters.connect.plan import Operation
from clusters.connect_words import connect_number
from clusters.gateway.connect.client import Connect
from clusters.gateway.errors import KafkaFailure
from clusters.jobs.kinds import Checkpoint, Need
from clusters.jobs.running import TRANSIENT
from clusters.models import Cluster, ConnectCluster, Job
from core.plan import Plan, Step
from core.web.formats import plural
from core.web.paths import reverse

NAME = "operate-connectors"
ATTEMPTS = 3  # to reach a Connect cluster, before its connectors are given up
MOST_NAMED = 50  # connectors whose failure a page tells
OTHER_CONNECT = "The Connect cluster that is called {} now is another one than at the preview."
UNCHANGED = "Nothing to change."


def parameters_of(operation: Operation, planned: Mapping[tuple[str, str], Plan]) -> dict[str, Any]:
    """Return the parameters of a job, from the plans of connectors by Connect cluster and name."""
    connectors = [
        {
            "connect": connect, "number": connect_number(each.note), "name": name, "warnings": list(each.warnings),
            "steps": [[step.subject, step.before, step.after] for step in each.steps],
        }
        for (connect, name), each in planned.items()
    ]  # fmt: skip
    return {"operation": operation.name, "connectors": connectors}


class OperateConnectors:
    """Its parameters are ``operation`` and ``connectors``, each with what is planned for it."""

    unit = "connector"
    changes = True

    def plan(self, parameters: Mapping[str, Any]) -> Plan:
        connectors: Sequence[Mapping[str, Any]] = parameters["connectors"]
        steps = [
            Step(f"{each['connect']}: {subject}", before, after)
            for each in connectors
            for subject, before, after in each["steps"]
        ]
        warnings = dict.fromkeys(warning for each in connectors for warning in each["warnings"])
        first, *others = dict.fromkeys(each["name"] for each in connectors)
        return Plan(plan.OPERATE, first, tuple(steps), tuple(warnings), others=tuple(others))

    def needs(self, cluster: Cluster, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
        names = dict.fromkeys(each["name"] for each in parameters["connectors"])
        return tuple(Need(cluster.slug, plan.OPERATE, name, True) for name in names)

    def describe(self, parameters: Mapping[str, Any]) -> str:
        operation = plan.OPERATIONS[parameters["operation"]]
        return f"{operation.label}: {plural(len(parameters['connectors']), 'connector')}"

    def run(self, job: Job) -> Generator[Checkpoint, None, None]:
        """Operate one connector after the other; what one refuses, or a Connect cluster that is away, hinders no other.

        Raises:
            KafkaFailure: the workers cannot be reached now.
        """
        operation, away = plan.OPERATIONS[job.parameters["operation"]], set(job.cursor.get("away", ()))
        connectors, outcomes = job.parameters["connectors"], list(job.result.get("outcomes", []))
        for at in range(job.cursor.get("at", 0), len(connectors)):
            connect, name, number = connectors[at]["connect"], connectors[at]["name"], connectors[at].get("number")
            try:
                problem = operated(job.cluster, operation, connect, name, number)
            except TRANSIENT as failure:
                if connect not in away and job.attempts < ATTEMPTS:
                    raise
                away.add(connect)
                problem = failure.sentence
            outcomes.append([connect, name, problem])
            yield Checkpoint({"at": at + 1, "away": sorted(away)}, at + 1, len(connectors), {"outcomes": outcomes})

    def facts(self, job: Job) -> list[tuple[str, str]]:
        outcomes = job.result.get("outcomes", [])
        if not outcomes:
            return []
        problems = [(f"{connect}: {name}", problem) for connect, name, problem in outcomes if problem]
        operation = plan.OPERATIONS[job.parameters["operation"]]
        done = (operation.done.capitalize(), f"{len(outcomes) - len(problems):,}")
        return [done, ("Not done", f"{len(problems):,}"), *problems[:MOST_NAMED]]

    def link(self, job: Job) -> tuple[str, str] | None:
        return "Connectors", reverse("connectors", job.cluster.slug)

    def end(self, job: Job) -> None:
        """Nothing of it is in Kafka Connect; the lists show it with the next pass."""
        names = {each["connect"] for each in job.parameters["connectors"]}
        ConnectCluster.objects.filter(cluster=job.cluster, name__in=names).update(due_at=None)


def operated(cluster: Cluster, operation: Operation, connect: str, name: str, number: int | None) -> str:
    """Do an operation of one connector; return why it was not done, empty where it was.

    Raises:
        KafkaFailure: what passes: the workers cannot be reached now.
    """
    try:
        row = queries.connect_of(cluster, connect)
        if row.pk != number:
            return OTHER_CONNECT.format(connect)
        client = Connect(row.connection())
        if not planning.plan_operation(row, client, name, operation).steps:
            return UNCHANGED
        planning.apply_operation(client, name, operation)
    except TRANSIENT:
        raise
    except KafkaFailure as failure:
        return failure.sentence
    return ""


OPERATE_CONNECTORS = OperateConnectors()
