"""A throttle that is changed while its reassignment runs: noted by a user, and set by the worker within seconds."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Conflict
from clusters.gateway.reassigning.throttles import FOLLOWER_RATE, LEADER_RATE
from clusters.kafka_tools import command
from clusters.models import Job
from clusters.reassignment.plan import ACTION, FILE, TOOL
from clusters.reassignment.planning.layout import Move
from clusters.reassignment.running import steps
from clusters.reassignment.running.standing import Standing
from clusters.reassignment.running.throttle import Setting
from core.plan import Plan, Step
from core.web.formats import size

RATES = (LEADER_RATE, FOLLOWER_RATE)
UNLIMITED = "With no throttle, copying may take all of the brokers' network and disks."
SAME = "No change: this is the throttle of job {}."
ENDED = "Job {} is not running any more."


def plan_throttle(job: Job, rate: int | None) -> Plan:
    """Plan another throttle for a job that runs; None is none.

    Raises:
        Conflict: it has ended, or has this throttle.
    """
    before = job.parameters["rate"]
    if job.state not in {Job.WAITING, Job.RUNNING}:
        raise Conflict(ENDED.format(job.pk))
    if rate == before:
        raise Conflict(SAME.format(job.pk))
    throttle = ("--additional", "--throttle", str(rate)) if rate else ()
    commands = (command(TOOL, "--reassignment-json-file", FILE, "--execute", *throttle),) if rate else ()
    step = Step(f"throttle of job {job.pk}", rate_words(before), rate_words(rate))
    return Plan(ACTION, job.resource, (step,), () if rate else (UNLIMITED,), commands=commands)


def rate_words(rate: int | None) -> str:
    return f"{size(rate)}/s per broker" if rate else "none"


def note(job: Job, rate: int | None) -> None:
    """Note it where the worker looks while it waits; it writes no parameters itself.

    Raises:
        Conflict: the job has ended meanwhile.
    """
    with transaction.atomic():
        row = Job.objects.select_for_update().get(pk=job.pk)
        if row.state not in {Job.WAITING, Job.RUNNING}:
            raise Conflict(ENDED.format(job.pk))
        Job.objects.filter(pk=job.pk).update(parameters={**row.parameters, "rate": rate})


def rate_of(job: Job) -> int | None:
    """Return the throttle that a job shall have now."""
    rate: int | None = Job.objects.values_list("parameters__rate", flat=True).get(pk=job.pk)
    return rate


def has_rate(settings: Sequence[Setting], rate: int | None) -> bool:
    """Tell whether a batch's settings are those of a rate, as far as they tell."""
    return {setting.value for setting in settings if setting.name in RATES} == ({str(rate)} if rate else set())


def with_rate(
    connection: Connection, moves: Sequence[Move], standing: Standing, rate: int | None, leftovers: Sequence[Setting]
) -> Standing:
    """Return the standing with another throttle of its batch, to be saved before it is set.

    What was set so far is kept among what is to be removed: whichever of the two is found at the end goes.

    Raises:
        KafkaFailure: a broker that takes part does not answer.
    """
    own = standing.to_remove
    settings = steps.planned_settings(connection, standing.batch(moves), rate, [*own, *leftovers])
    former = tuple(dict.fromkeys(setting for setting in own if setting not in settings))
    return replace(standing, settings=settings, pending=settings, left=former)


def without_dropped(connection: Connection, standing: Standing) -> Standing:
    """Remove at once what the new throttle does not set any more.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    present = {(setting.owner, setting.name) for setting in standing.settings}
    dropped = [setting for setting in standing.left if (setting.owner, setting.name) not in present]
    failed = steps.remove_throttle(connection, dropped)
    left = tuple(setting for setting in standing.left if setting not in dropped or setting in failed)
    return replace(standing, left=left)
