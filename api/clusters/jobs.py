"""Jobs: the list, one of them, and stopping it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import CHANGED, ChangeParams, change_own_records
from api.kit.paging import paged
from api.kit.problems import Refused
from api.kit.types import Listing, Page, SortBy, Text
from clusters.jobs.changes import plan_stopping, stop
from clusters.jobs.kinds import kind_of
from clusters.jobs.queries import COLUMNS, filtered, progress_of, visible_jobs
from clusters.models import Job

router = Router(tags=["Jobs"])
JOB = "/jobs/{int:job}"


class FactOut(Schema):
    """A part of a result, as the page shows it."""

    label: str
    value: str


class JobOut(Schema):
    """A job. null is unknown."""

    id: int
    title: str
    kind: str
    action: str
    resource: str
    username: str
    state: Literal["waiting", "running", "stopping", "stopped", "done", "failed"]
    done: int = Field(description="How many of `unit` are done.")
    total: int | None
    unit: str
    per_second: float | None = Field(description="Mean rate since it started.")
    seconds: float | None = Field(description="How long it has run.")
    seconds_left: float | None
    failure: str = Field(description="Why it failed, stopped by itself, or is tried again.")
    advice: str
    result: list[FactOut]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class JobsParams(Listing):
    """Query parameters of the list of jobs."""

    sort: Annotated[str, SortBy(COLUMNS)] = "-created_at"
    state: Text = Field("", description="Only jobs in this state, e.g. running.")


def job_out(job: Job) -> dict[str, Any]:
    kind, progress = kind_of(job.kind), progress_of(job)
    names = ("title", "kind", "action", "resource", "username", "state", "done", "total", "failure", "advice",
             "created_at", "started_at", "ended_at")  # fmt: skip
    return {name: getattr(job, name) for name in names} | {
        "id": job.pk,
        "unit": kind.unit,
        "per_second": progress.per_second,
        "seconds": progress.seconds(timezone.now()),
        "seconds_left": progress.seconds_left,
        "result": [{"label": label, "value": value} for label, value in kind.facts(job)],
    }


def job_of(request: ApiRequest, pk: int) -> Job:
    """Return a job that the person may see.

    Raises:
        Refused: there is none.
    """
    job = visible_jobs(request, request.cluster).filter(pk=pk).first() if pk < 2**63 else None
    if job is None:
        raise Refused(404, f"There is no job {pk}.", "Check the list of jobs.")
    return job


@router.get("/jobs", response=Page[JobOut], auth=on_cluster("jobs.view"))
def list_jobs(request: ApiRequest, params: Query[JobsParams]) -> dict[str, Any]:
    """List the jobs that the token's owner started, or may start."""
    jobs = filtered(visible_jobs(request, request.cluster), params.q, params.state)
    listed = paged(jobs, params, params.sort)
    return {**listed, "items": [job_out(job) for job in listed["items"]]}


@router.get(JOB, response=JobOut, auth=on_cluster("jobs.view"))
def show_job(request: ApiRequest, job: int) -> dict[str, Any]:
    """Show a job: how far it is, and its result."""
    return job_out(job_of(request, job))


@router.post(f"{JOB}/stop", response=CHANGED, auth=on_cluster("jobs.stop"))
def stop_job(request: ApiRequest, job: int, params: Query[ChangeParams]) -> Status[Any]:
    """Have a job stop before its next slice. What it has done stays; one that has ended is left as it is."""
    instance = job_of(request, job)
    return change_own_records(params, plan_stopping(instance), lambda: stop(request, instance))
