"""Having a reassignment end once the batch that is being moved is over, instead of at once."""

from django.db import transaction
from django.http import HttpRequest

from accounts.own_records import apply_own_change
from clusters.models import Job
from core.plan import Plan, Step


def plan_ending(job: Job) -> Plan:
    is_open = job.state in {Job.WAITING, Job.RUNNING} and not job.parameters.get("last_batch")
    steps = (Step(f"job {job.pk}: {job.title}", job.state, "ends after its batch"),) if is_open else ()
    return Plan("jobs.stop", job.resource, steps)


def end_after_batch(request: HttpRequest, job: Job) -> None:
    apply_own_change(request, plan_ending(job), lambda: note(job), cluster=job.cluster.slug)


def note(job: Job) -> None:
    """Note it where the worker looks before each batch; it writes no parameters itself."""
    with transaction.atomic():
        row = Job.objects.select_for_update().get(pk=job.pk)
        Job.objects.filter(pk=job.pk).update(parameters={**row.parameters, "last_batch": True})
