"""A reassignment as a job: batch after batch, each throttled for as long as it takes, and no longer."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from clusters.gateway.errors import Conflict, Unreachable
from clusters.jobs.kinds import Checkpoint, Need
from clusters.models import Cluster, Job
from clusters.reassignment.facts import facts_of, names_of
from clusters.reassignment.plan import ACTION, moves_of, plan_of, resource_of
from clusters.reassignment.planning.layout import Move
from clusters.reassignment.running import steps
from clusters.reassignment.running.meter import Meter, checkpoint
from clusters.reassignment.running.rethrottling import has_rate, rate_of, with_rate, without_dropped
from clusters.reassignment.running.standing import Standing, from_json, next_size
from clusters.reassignment.running.throttle import Setting
from core.plan import Plan
from core.web.paths import reverse

NAME = "reassign"
PAUSE = 2.0  # seconds between two looks at a batch


class Reassign:
    """Its parameters are ``title``, ``moves``, ``notes``, ``rate`` (bytes per second and broker, or None).

    ``partitions_at_once`` and ``bytes_at_once`` (or None) bound a batch; ``last_batch`` has it end after the present
    one. The rate may be changed while it runs.
    """

    unit = "partition"
    changes = True

    def plan(self, parameters: Mapping[str, Any]) -> Plan:
        return plan_of(parameters)

    def needs(self, cluster: Cluster, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
        return (Need(cluster.slug, ACTION, resource_of(moves_of(parameters)), change=True),)

    def describe(self, parameters: Mapping[str, Any]) -> str:
        return str(parameters["title"])

    def run(self, job: Job) -> Generator[Checkpoint, None, None]:
        """Note a batch and its throttle, begin it, wait for it, and take its throttle away."""
        connection, moves = job.cluster.connection(), moves_of(job.parameters)
        standing, meter = from_json(job.cursor), Meter()
        is_throttled = has_rate(standing.settings, job.parameters["rate"])  # by the present rate
        require_alone(job.cluster, before=job.pk)
        while True:
            if not standing.size:
                if standing.at >= len(moves):
                    return
                if is_last_batch(job):
                    Job.objects.filter(pk=job.pk, state=Job.RUNNING).update(state=Job.STOPPING)
                    yield checkpoint(standing, moves)
                    return
                job.parameters["rate"], is_throttled = rate_of(job), True
                standing = next_batch(job, moves, standing)
                yield checkpoint(standing, moves, whole=False)
            batch = standing.batch(moves)
            if not standing.begun:
                pending = steps.set_throttle(connection, standing.settings)
                standing = standing.with_failures(steps.begin(connection, batch))
                standing = replace(standing, begun=True, pending=pending)
                yield checkpoint(standing, moves)
                continue
            ongoing = steps.ongoing_of(connection, batch)
            rate = rate_of(job)
            if ongoing and (rate != job.parameters["rate"] or not is_throttled):
                job.parameters["rate"], is_throttled = rate, True
                standing = with_rate(connection, moves, standing, rate, leftovers_of(job.cluster))
                yield checkpoint(standing, moves, ongoing, whole=False)
                standing = without_dropped(connection, standing)
            if ongoing:
                standing = replace(standing, pending=steps.set_throttle(connection, standing.pending))
                yield checkpoint(standing, moves, ongoing, meter.read(connection, ongoing), wait=PAUSE)
                continue
            failures = steps.outcome(connection, batch)
            left = steps.remove_throttle(connection, standing.to_remove)
            standing = standing.with_failures(failures).after_batch(len(batch) - len(failures), left)
            yield checkpoint(standing, moves)

    def facts(self, job: Job) -> list[tuple[str, str]]:
        return facts_of(job)

    def link(self, job: Job) -> tuple[str, str] | None:
        return "Reassignments", reverse("reassignments", job.cluster.slug)

    def end(self, job: Job) -> None:
        """Have what is half moved go back, and remove the throttle.

        Raises:
            KafkaFailure: some of it cannot be removed now.
        """
        standing, connection = from_json(job.cursor), job.cluster.connection()
        batch = standing.batch(moves_of(job.parameters))
        steps.cancel(connection, batch)
        failures = steps.outcome(connection, batch, reason=steps.STOPPED) if batch else {}
        left = steps.remove_throttle(connection, standing.to_remove)
        standing = standing.with_failures(failures).after_batch(len(batch) - len(failures), left)
        if job.cursor:
            job.cursor = standing.as_json()
            job.save_if_held(cursor=job.cursor, done=standing.at)
        if left:
            raise Unreachable(f"The throttle of {names_of(left)} could not be removed yet.", "Start the broker.")


def require_alone(cluster: Cluster, *, before: int | None = None) -> None:
    """Refuse a second reassignment at a time: each would take the other's throttle for an operator's.

    Raises:
        Conflict: another one runs; with ``before``, one that was started earlier.
    """
    jobs = Job.objects.filter(cluster=cluster, kind=NAME, state__in=Job.OPEN)
    other = (jobs.filter(pk__lt=before) if before else jobs).order_by("pk").first()
    if other:
        raise Conflict(f"Another reassignment is running: job {other.pk}.", "Wait for its end, or stop it.")


def next_batch(job: Job, moves: Sequence[Move], standing: Standing) -> Standing:
    """Return the standing with a batch that is not begun yet, and what it will be throttled by."""
    connection, parameters = job.cluster.connection(), job.parameters
    size = next_size(moves, standing.at, parameters["partitions_at_once"], parameters["bytes_at_once"])
    standing = replace(standing, size=size)
    standing = standing.with_failures(steps.obstacles(connection, standing.batch(moves)))
    leftovers = [*standing.left, *leftovers_of(job.cluster)]
    settings = steps.planned_settings(connection, standing.batch(moves), parameters["rate"], leftovers)
    return replace(standing, settings=settings)


def leftovers_of(cluster: Cluster) -> list[Setting]:
    """Return the throttles that ended jobs could not remove yet."""
    jobs = Job.objects.filter(cluster=cluster, kind=NAME, left=True).order_by("pk")
    return [setting for job in jobs for setting in from_json(job.cursor).to_remove]


def is_last_batch(job: Job) -> bool:
    """Tell whether somebody asked to end after the batch."""
    return bool(Job.objects.filter(pk=job.pk, parameters__last_batch=True).exists())


REASSIGN = Reassign()
