"""Reassignments: what is being moved, planning and starting a job, its JSON, and cancelling."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clusters.access import cluster_view
from clusters.changes import applies, apply_confirmed, check
from clusters.form_fields import TopicPartitionsForm, is_named
from clusters.gateway.errors import KafkaFailure
from clusters.jobs.changes import draft_of, plan_of, start_confirmed
from clusters.jobs.queries import visible_jobs
from clusters.models import Cluster, Job
from clusters.reassignment import cancelling, json_files
from clusters.reassignment.forms import ReassignForm, ThrottleForm
from clusters.reassignment.job import NAME, require_alone
from clusters.reassignment.plan import FILE, moves_of
from clusters.reassignment.planning.goals import REBALANCE
from clusters.reassignment.progress import sum_known
from clusters.reassignment.queries import Preview, ongoing_rows, open_jobs, preview_of
from clusters.reassignment.running.last_batch import end_after_batch
from clusters.reassignment.running.rethrottling import note, plan_throttle
from clusters.reassignment.starting import drafted
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCHANGED = "No change: this is how the replicas are placed."
NOTHING = "Nothing is being reassigned there."


@cluster_view("brokers.view")
def reassignments(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """List what is being moved now, whoever started it."""
    rows = ongoing_rows(request, cluster)
    left, unknown = sum_known(row.copying.left for row in rows)
    context = {"rows": rows, "left": left, "unknown": unknown, "jobs": open_jobs(request, cluster)}
    return page(request, "reassignment/list.html", context, "rows")


@cluster_view("topics.reassign", change=True)
def reassign(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Show the form, the preview, or start the job that was shown."""
    if request.POST.get("action") == "start":
        return confirmed(request, cluster)
    names = ("goal", "brokers", "targets", "topics", "factor", "job")
    initial = {"goal": REBALANCE, **{name: request.GET[name] for name in names if name in request.GET}}
    form = ReassignForm(request.POST or None, initial=initial)
    job, preview = None, None
    if form.is_valid():
        try:
            job, preview = drafted(request, cluster, form.choice(), form.limits())
            if not preview.moves:
                form.add_error(None, " ".join([UNCHANGED, *plan_of(job).warnings]))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    return form_page(request, form, None if form.errors else job, preview)


def confirmed(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Start the reassignment whose preview was shown, once, and go to its job."""
    form, job, preview = ReassignForm(request.POST), None, None
    try:
        job = draft_of(request, cluster, NAME, request.POST.get("job_number", ""), request.POST.get("resource", ""))
        if job.state == Job.DRAFT:
            require_alone(cluster)
        start_confirmed(request, job, noun="cluster", name=cluster.name)
        toast(request, f"Job {job.pk} started.")
        return redirect(reverse("job", cluster.slug, job.pk))
    except KafkaFailure as failure:
        form.is_valid()
        form.show_refusal(failure)
        preview = preview_of(job) if job else None
    return form_page(request, form, job, preview)


def form_page(request: HttpRequest, form: ReassignForm, job: Job | None, preview: Preview | None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form, "job": job, "preview": preview if job else None, "plan": plan_of(job) if job else None,
        "ask_name": job and job.cluster.is_production,
    }  # fmt: skip
    return page(request, "reassignment/new.html", context, "plan", status=422 if form.errors else 200)


@cluster_view("jobs.view")
def assignment(request: HttpRequest, cluster: Cluster, job: int) -> HttpResponse:
    """Send the JSON of a job, or of one's own draft, for kafka-reassign-partitions; of before it, to roll it back."""
    own = Job.objects.filter(cluster=cluster, user=request.user.pk)
    rows = visible_jobs(request, cluster) | own
    instance = rows.filter(kind=NAME, pk=job).first() if job < 2**63 else None
    if instance is None:
        raise Http404(f"There is no reassignment {job}.")
    moves = moves_of(instance.parameters)
    text = json_files.write_before(moves) if "before" in request.GET else json_files.write_after(moves)
    name = f"before-{FILE}" if "before" in request.GET else FILE
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json", headers=headers)


def visible_job(request: HttpRequest, cluster: Cluster, number: int) -> Job:
    """Return a reassignment that the person may see.

    Raises:
        Http404: there is none of this number.
    """
    job = visible_jobs(request, cluster).filter(kind=NAME, pk=number).first() if number < 2**63 else None
    if job is None:
        raise Http404(f"There is no reassignment {number}.")
    return job


@cluster_view("topics.reassign", change=True)
def throttle(request: HttpRequest, cluster: Cluster, job: int) -> HttpResponse:
    """Show the form for another throttle of a job that runs, its plan, or have the worker set it."""
    instance = visible_job(request, cluster, job)
    form = ThrottleForm(request.POST or None, initial={"rate": instance.parameters["rate"]})
    plan = None
    if form.is_valid():
        rate = form.cleaned_data["rate"]
        try:
            plan = plan_throttle(instance, rate)
            check(request, cluster, plan)
            if applies(request) and is_named(cluster, form, "cluster", cluster.name):
                change = partial(note, instance, rate)
                apply_confirmed(request, cluster, plan, change)
                toast(request, f"Throttle of job {job} changed.")
                return redirect(reverse("job", cluster.slug, job))
        except KafkaFailure as failure:
            form.show_refusal(failure)
            plan = None
    context = {"form": form, "plan": plan, "job": instance, "ask_name": cluster.is_production}
    return page(request, "reassignment/throttle.html", context, "plan", status=422 if form.errors else 200)


@cluster_view("jobs.stop")
@require_POST
def last_batch(request: HttpRequest, cluster: Cluster, job: int) -> HttpResponse:
    """Have a job end once its present batch is over."""
    instance = visible_job(request, cluster, job)
    end_after_batch(request, instance)
    toast(request, f"Job {job} ends after its batch.")
    return redirect(reverse("job", cluster.slug, job))


@cluster_view("topics.reassign", change=True)
def cancel(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Cancel reassignments of a topic or of all, which needs a grant on all, after showing the plan."""
    initial = {name: request.GET.get(name, "") for name in ("topic", "partitions")}
    form = TopicPartitionsForm(request.POST or None, initial=initial)
    plan = None
    if form.is_valid():
        try:
            cancellation = cancelling.planned(cluster, form.cleaned_data["topic"], form.cleaned_data["partitions"])
            plan = cancellation.plan
            check(request, cluster, plan)
            if not plan.steps:
                form.add_error(None, NOTHING)
            elif applies(request) and is_named(cluster, form, "cluster", cluster.name):
                return cancelled(request, cluster, cancellation)
        except KafkaFailure as failure:
            form.show_refusal(failure)
            plan = None
    context = {"form": form, "plan": plan if plan and plan.steps else None, "ask_name": cluster.is_production}
    return page(request, "reassignment/cancel.html", context, "plan", status=422 if form.errors else 200)


def cancelled(request: HttpRequest, cluster: Cluster, cancellation: cancelling.Cancellation) -> HttpResponse:
    """Cancel what was confirmed.

    Raises:
        KafkaFailure: it changed in the meantime, or Kafka refused.
    """
    apply = partial(cancelling.cancel, cluster.connection(), cancellation.keys)
    apply_confirmed(request, cluster, cancellation.plan, apply)
    toast(request, f"{plural(len(cancellation.keys), 'reassignment')} cancelled.")
    return redirect(reverse("reassignments", cluster.slug))
