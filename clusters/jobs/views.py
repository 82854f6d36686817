"""Pages about jobs: the list, one job, and stopping it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from clusters.access import cluster_view
from clusters.jobs.changes import stop
from clusters.jobs.kinds import kind_of
from clusters.jobs.queries import COLUMNS, EXPORTED, STATES, filtered, progress_of, visible_jobs
from clusters.models import Cluster, Job
from core.web.export import export, export_format
from core.web.formats import rate
from core.web.lists import list_state, ordered, page_of
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("jobs.view")
def jobs(request: HttpRequest, cluster: Cluster) -> HttpResponseBase:
    """List the jobs that the person started or could start, the newest first."""
    state = list_state(request, columns=COLUMNS, default="-created_at", filters=("state",))
    rows = filtered(visible_jobs(request, cluster), state.q, state.filters["state"])
    if export_format(request):
        return export(request, ordered(rows, state.sort), EXPORTED, "jobs")
    listed = page_of(rows, state)
    context = {"state": state, "page": listed, "rows": [row_of(job) for job in listed], "states": STATES}
    return page(request, "jobs/list.html", context, "rows")


def row_of(job: Job) -> dict[str, Any]:
    progress, kind = progress_of(job), kind_of(job.kind)
    return {
        "job": job,
        "unit": kind.unit,
        "facts": kind.facts(job),
        "progress": progress,
        "rate": rate(progress.per_second),
        "seconds": progress.seconds(timezone.now()),
        "open": job.state in Job.OPEN,
    }


@cluster_view("jobs.view")
def detail(request: HttpRequest, cluster: Cluster, job: int) -> HttpResponse:
    """Show one job: how far it is, how fast, and what came of it."""
    instance = job_of(request, cluster, job)
    context = row_of(instance) | {"link": kind_of(instance.kind).link(instance)}
    return page(request, "jobs/detail.html", context, "live")


@cluster_view("jobs.stop")
@require_POST
def stop_job(request: HttpRequest, cluster: Cluster, job: int) -> HttpResponse:
    """Have a job stop before its next slice."""
    instance = job_of(request, cluster, job)
    if instance.state in Job.OPEN:
        stop(request, instance)
        toast(request, f"Job {job} stops.")
    return redirect(reverse("job", cluster.slug, job))


def job_of(request: HttpRequest, cluster: Cluster, pk: int) -> Job:
    """Return a job that the person may see; whoever may see it may stop it.

    Raises:
        Http404: there is none.
    """
    job = visible_jobs(request, cluster).filter(pk=pk).first() if pk < 2**63 else None
    if job is None:
        raise Http404(f"There is no job {pk}.")
    return job
