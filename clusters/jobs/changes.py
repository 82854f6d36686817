"""Drafting, starting and stopping jobs, each through the one door that its kind needs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import ASK, address_of, granted, record
from accounts.models import AuditEntry
from accounts.own_records import apply_own_change
from clusters.changes import apply_change, confirmed_digest, require_confirmed
from clusters.gateway.errors import Conflict, InvalidRequest, NotAuthorized
from clusters.jobs.access import missing_access, needs_of
from clusters.jobs.kinds import kind_of
from clusters.models import Cluster, Job, JobPiece
from core.plan import Plan, Step

MOST_DRAFTS = 3  # of a user and kind: a preview leaves one
SAME = Conflict("The same job is already running.", "See the jobs of the cluster.")


def draft(
    request: HttpRequest,
    cluster: Cluster,
    kind_name: str,
    parameters: Mapping[str, Any],
    pieces: Sequence[bytes] = (),
) -> Job:
    """Store a job that is not confirmed yet, with the pieces of its file; older drafts of the person are dropped."""
    kind, plan = kind_of(kind_name), kind_of(kind_name).plan(parameters)
    own = Job.objects.filter(user=request.user.pk, kind=kind_name, state=Job.DRAFT).order_by("-pk")
    Job.objects.filter(pk__in=list(own.values_list("pk", flat=True)[MOST_DRAFTS - 1 :])).delete()
    job = Job(
        cluster=cluster,
        kind=kind_name,
        action=plan.action,
        resource=plan.resource,
        needs=[astuple(need) for need in kind.needs(cluster, parameters)],
        title=kind.describe(parameters)[:700],
        digest=plan.digest,
        user_id=request.user.pk,
        username=request.user.get_username(),
        address=address_of(request),
        parameters=dict(parameters),
    )
    with transaction.atomic():
        job.save()
        for number, data in enumerate(pieces):
            JobPiece.objects.create(job=job, number=number, data=data)
    return job


def draft_of(request: HttpRequest, cluster: Cluster, kind_name: str, number: str, resource: str = "") -> Job:
    """Return a person's own draft, or the job that it has become; of a ``resource``, where the page is about one.

    Raises:
        Conflict: there is none any more.
    """
    jobs = Job.objects.filter(cluster=cluster, kind=kind_name, user=request.user.pk)
    jobs = jobs.filter(resource=resource) if resource else jobs
    job = jobs.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    if job is None:
        raise Conflict("This preview is too old.", "Preview it again.")
    return job


def start_confirmed(request: HttpRequest, job: Job, *, noun: str = "topic", name: str = "") -> None:
    """Start the draft whose preview a page showed, with a name typed in production: the topic's, if no other.

    Raises:
        InvalidRequest: the name is missing, or wrong.
        KafkaFailure: as ``start``.
    """
    if job.cluster.is_production and request.POST.get("confirm", "") != (name or job.resource):
        raise InvalidRequest(f"Production: type the {noun} name to confirm.")
    start(request, job, confirmed_digest=confirmed_digest(request))


def plan_of(job: Job) -> Plan:
    return kind_of(job.kind).plan(job.parameters)


def check_needs(request: HttpRequest, job: Job) -> None:
    """Refuse what the person may not do on all that a job needs.

    Raises:
        NotAuthorized: no grant covers it, or a cluster is read-only.
    """
    needs = needs_of(job)
    slugs = Cluster.objects.filter(slug__in={need.cluster for need in needs}, read_only=True)
    reason = missing_access(granted(request), needs, set(slugs.values_list("slug", flat=True)))
    if reason:
        raise NotAuthorized(reason, ASK)


def start(request: HttpRequest, job: Job, *, confirmed_digest: str = "") -> None:
    """Have workers begin a draft. A draft that was confirmed before, as in another tab, is left as it is.

    Raises:
        Conflict: the same job is running, or the plan is not the one that was confirmed.
        NotAuthorized: the person may not do this.
    """
    if job.state != Job.DRAFT:
        return
    plan = plan_of(job)
    if kind_of(job.kind).changes:
        apply_change(request, job.cluster, plan, lambda: begin(request, job), confirmed_digest=confirmed_digest)
    else:
        require_confirmed(plan, confirmed_digest)
        apply_own_change(request, plan, lambda: begin(request, job), cluster=job.cluster.slug)


def begin(request: HttpRequest, job: Job) -> None:
    """Turn a draft into a waiting job, once; what it needs elsewhere is in the audit log there.

    Raises:
        Conflict: the same job is running.
        NotAuthorized: the person may not do all of it.
    """
    check_needs(request, job)
    try:
        with transaction.atomic():
            drafts = Job.objects.filter(pk=job.pk, state=Job.DRAFT)
            if drafts.update(state=Job.WAITING, created_at=timezone.now()):
                record_needs(request, job)
    except IntegrityError as error:
        raise SAME from error


def record_needs(request: HttpRequest, job: Job) -> None:
    """Write an audit entry for each resource that a job uses, besides the one that it is about."""
    for need in needs_of(job):
        if (need.cluster, need.resource) != (job.cluster.slug, job.resource):
            step = Step(f"job {job.pk}", None, job.title)
            record(
                request, need.action, cluster=need.cluster, resource=need.resource, steps=[asdict(step)],
                outcome=AuditEntry.DONE,
            )  # fmt: skip


def plan_stopping(job: Job) -> Plan:
    steps = (Step(f"job {job.pk}: {job.title}", job.state, Job.STOPPED),) if job.state in Job.OPEN else ()
    return Plan("jobs.stop", job.resource, steps)


def stop(request: HttpRequest, job: Job) -> None:
    """Have a job stop before its next slice; one that has ended stays as it is."""
    rows = Job.objects.filter(pk=job.pk, state__in=(Job.WAITING, Job.RUNNING))
    values = {"state": Job.STOPPING, "due_at": timezone.now()}
    apply_own_change(request, plan_stopping(job), lambda: rows.update(**values), cluster=job.cluster.slug)
