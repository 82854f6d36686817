"""Jobs as the page and the API list them: those that a person started, or may do themselves."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.access import granted
from clusters.jobs.access import covers, needs_of
from clusters.jobs.kinds import KINDS
from clusters.jobs.progress import Progress
from clusters.models import Cluster, Job

COLUMNS = ("created_at", "title", "state", "username", "started_at", "ended_at")
EXPORTED = ("id", *COLUMNS, "kind", "action", "resource", "done", "total", "failure")
STATES = (Job.WAITING, Job.RUNNING, Job.STOPPING, Job.STOPPED, Job.FINISHED, Job.FAILED)


def visible_jobs(request: HttpRequest, cluster: Cluster) -> QuerySet[Job]:
    """Return a cluster's jobs that the person may see; there are some hundreds at most."""
    jobs = Job.objects.filter(cluster=cluster, kind__in=KINDS).exclude(state=Job.DRAFT)
    return jobs.filter(pk__in=[job.pk for job in jobs.only("user", "needs") if is_visible(request, job)])


def is_visible(request: HttpRequest, job: Job) -> bool:
    return job.user_id == request.user.pk or covers(granted(request), needs_of(job))


def filtered(jobs: QuerySet[Job], q: str, state: str) -> QuerySet[Job]:
    if state:
        jobs = jobs.filter(state=state)
    return jobs.filter(Q(title__icontains=q) | Q(username__icontains=q)) if q else jobs


def progress_of(job: Job) -> Progress:
    held_up = bool(job.failure) or job.state == Job.WAITING
    return Progress(job.done, job.total, job.started_at, job.stepped_at, job.ended_at, held_up)
