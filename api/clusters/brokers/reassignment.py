"""Reassignments: what is being moved, planning and starting a job, its JSON, and cancelling."""

from functools import partial
from typing import Any, Literal

from ninja import Field, Query, Router, Schema, Status

from api.clusters.job_starts import STARTED, Started
from api.clusters.jobs import job_of
from api.kit.access import ApiRequest, on_cluster
from api.kit.changes import (
    CHANGED,
    ChangeParams,
    ConfirmedChangeParams,
    change,
    change_own_records,
    require_name,
    serialize_plan,
)
from api.kit.problems import invalid
from api.kit.types import Body, Text
from clusters.changes import check
from clusters.form_fields import TopicPartitionsForm
from clusters.gateway.errors import Conflict, NotFound
from clusters.jobs.changes import plan_of, start
from clusters.models import Cluster, Job
from clusters.reassignment import cancelling, json_files
from clusters.reassignment.forms import ReassignForm
from clusters.reassignment.job import NAME, require_alone
from clusters.reassignment.plan import moves_of
from clusters.reassignment.queries import OngoingRow, ongoing_rows
from clusters.reassignment.running.last_batch import end_after_batch, plan_ending
from clusters.reassignment.running.rethrottling import note, plan_throttle
from clusters.reassignment.starting import drafted, own_draft

router = Router(tags=["Reassignments"])
REASSIGNMENTS = "/reassignments"
Goal = Literal["rebalance", "leaders", "drain", "fill", "replication", "file", "rollback"]


class OngoingOut(Schema):
    """A partition that is being moved. null is unknown; `job` is null where another tool moves it."""

    topic: str
    partition: int
    origin: list[int] = Field(description="The brokers that it is on without the reassignment.")
    target: list[int]
    adding: list[int]
    removing: list[int]
    bytes_left: int | None
    bytes_total: int | None
    job: int | None


class OngoingsOut(Schema):
    """All that is being moved."""

    items: list[OngoingOut]


class ReassignIn(Body):
    """A goal, what it needs, and how it is carried out."""

    goal: Goal
    brokers: list[int] = Field([], max_length=1000, description="To drain, or to fill.")
    targets: list[int] = Field([], max_length=1000, description="Brokers that take over what is drained; else all.")
    topics: list[Text] = Field([], max_length=100, description="Only topics that match one of these globs.")
    factor: int | None = Field(None, ge=1, le=100, description="The replication factor.")
    assignment: Text = Field("", max_length=json_files.LARGEST, description="JSON of kafka-reassign-partitions.")
    job: int | None = Field(None, ge=1, le=2**62, description="The ended job to roll back.")
    rate: int | None = Field(None, ge=1, lt=2**62, description="Throttle: bytes per second and broker.")
    partitions_at_once: int = Field(50, ge=1, le=1000)
    bytes_at_once: int | None = Field(None, ge=1, lt=2**62)


class ThrottleIn(Body):
    """Another throttle."""

    rate: int | None = Field(ge=1, lt=2**62, description="Bytes per second and broker; null is none.")


class CancelIn(Body):
    """Whose reassignments to cancel."""

    topic: Text = Field("", max_length=249, description="All topics without one, which needs access to all.")
    partitions: list[int] = Field([], max_length=1000, description="Only these partitions of the topic.")


class AssignmentParams(Schema):
    """Which state the JSON is of."""

    before: bool = Field(False, description="Before the job, to roll it back.")


class AssignedPartition(Schema):
    """A partition and its brokers, the preferred leader first."""

    topic: str
    partition: int
    replicas: list[int]


class AssignmentOut(Schema):
    """JSON as kafka-reassign-partitions takes it."""

    version: int = 1
    partitions: list[AssignedPartition]


def serialize_ongoing(row: OngoingRow) -> dict[str, Any]:
    item = row.item
    return {
        "topic": item.topic, "partition": item.number, "origin": item.origin, "target": item.target,
        "adding": item.adding, "removing": item.removing, "bytes_left": row.copying.left,
        "bytes_total": row.copying.total, "job": row.job,
    }  # fmt: skip


@router.get(REASSIGNMENTS, response=OngoingsOut, auth=on_cluster("brokers.view"))
def list_reassignments(request: ApiRequest) -> dict[str, Any]:
    """List what is being moved now, whoever started it."""
    return {"items": [serialize_ongoing(row) for row in ongoing_rows(request, request.cluster)]}


@router.post(REASSIGNMENTS, response=STARTED, auth=on_cluster("topics.reassign", change=True))
def reassign(request: ApiRequest, body: ReassignIn, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Plan a reassignment and start its job. With the `plan` of a dry run, exactly what that showed is started."""
    cluster = request.cluster
    job = None if params.dry_run else own_draft(request, cluster, params.plan)
    if job is None:
        job = planned_draft(request, cluster, body)
        if params.plan and not params.dry_run and params.plan != job.digest:
            raise Conflict("This is not the plan of the dry run: it changed in the meantime.", "Plan it again.")
    plan = plan_of(job)
    if params.dry_run or not plan.steps:
        return Status(200, Started(**serialize_plan(plan, done=not params.dry_run).model_dump()))
    require_name(cluster, params, params.confirm, cluster.name)
    require_alone(cluster)
    start(request, job, confirmed_digest=params.plan)
    return Status(201, Started(**serialize_plan(plan, done=True).model_dump(), job=job.pk))


def planned_draft(request: ApiRequest, cluster: Cluster, body: ReassignIn) -> Job:
    """Return the draft of a plan.

    Raises:
        KafkaFailure: there is no such plan, or nobody answers.
    """
    lists = {name: ",".join(map(str, getattr(body, name))) for name in ("brokers", "targets", "topics")}
    form = ReassignForm({**body.dict(), **lists})
    if not form.is_valid():
        raise invalid(form)
    return drafted(request, cluster, form.choice(), form.limits())[0]


@router.post(f"{REASSIGNMENTS}/cancel", response=CHANGED, auth=on_cluster("topics.reassign", change=True))
def cancel(request: ApiRequest, body: CancelIn, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Have partitions that are being moved go back; in production the cluster name must be confirmed."""
    cluster = request.cluster
    form = TopicPartitionsForm({"topic": body.topic, "partitions": ",".join(map(str, body.partitions))})
    if not form.is_valid():
        raise invalid(form)
    planned = cancelling.planned(cluster, form.cleaned_data["topic"], form.cleaned_data["partitions"])
    if not planned.plan.steps:
        check(request, cluster, planned.plan)
        return Status(200, serialize_plan(planned.plan, done=not params.dry_run))
    require_name(cluster, params, params.confirm, cluster.name)
    apply = partial(cancelling.cancel, cluster.connection(), planned.keys)
    return change(request, params, planned.plan, apply, after=lambda: None)


@router.get(f"{REASSIGNMENTS}/jobs/{{int:job}}/assignment", response=AssignmentOut, auth=on_cluster("jobs.view"))
def assignment(request: ApiRequest, job: int, params: Query[AssignmentParams]) -> dict[str, Any]:
    """Return the JSON of a job, as kafka-reassign-partitions takes it."""
    partitions = [
        {"topic": move.topic, "partition": move.number, "replicas": move.old if params.before else move.new}
        for move in moves_of(reassignment_of(request, job).parameters)
    ]
    return {"version": 1, "partitions": partitions}


@router.post(f"{REASSIGNMENTS}/jobs/{{int:job}}/last-batch", response=CHANGED, auth=on_cluster("jobs.stop"))
def last_batch(request: ApiRequest, job: int, params: Query[ChangeParams]) -> Status[Any]:
    """Have a job end once the batch that is being moved is over."""
    instance = reassignment_of(request, job)
    return change_own_records(params, plan_ending(instance), lambda: end_after_batch(request, instance))


@router.post(
    f"{REASSIGNMENTS}/jobs/{{int:job}}/throttle", response=CHANGED, auth=on_cluster("topics.reassign", change=True)
)
def throttle(request: ApiRequest, job: int, body: ThrottleIn, params: Query[ConfirmedChangeParams]) -> Status[Any]:
    """Change the throttle of a job that runs; in production the cluster name must be confirmed."""
    cluster, instance = request.cluster, reassignment_of(request, job)
    planned = plan_throttle(instance, body.rate)
    require_name(cluster, params, params.confirm, cluster.name)
    return change(request, params, planned, lambda: note(instance, body.rate), after=lambda: None)


def reassignment_of(request: ApiRequest, number: int) -> Job:
    """Return a job that is a reassignment.

    Raises:
        NotFound: it is another kind.
    """
    job = job_of(request, number)
    if job.kind != NAME:
        raise NotFound(f"Job {number} is no reassignment.", "See the list of jobs.")
    return job
