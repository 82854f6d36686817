"""Copying the records of the page's query, which is in the address: the form, the plan, and the start of the job."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import check
from clusters.gateway.errors import KafkaFailure
from clusters.jobs.changes import draft, draft_of, plan_of, start_confirmed
from clusters.messages.forms import NEWEST
from clusters.messages.replay.form import CopyForm, parameters_of, suggested_topics, targets_of
from clusters.messages.replay.job import NAME, described
from clusters.models import Cluster, Job
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("messages.view")
def copy_records(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the form, the plan, or start the copy that was shown."""
    query = {"seek": NEWEST, **request.GET.dict()}
    targets = targets_of(request)
    if request.POST.get("action") == "start":
        return confirmed(request, topic, query, targets)
    form = CopyForm(request.POST or None, targets=targets, initial={"cluster": cluster.slug})
    job: Job | None = None
    if form.is_valid():
        try:
            job = draft(request, form.target, NAME, parameters_of(request, cluster, topic, query, form))
            check(request, form.target, plan_of(job))
        except KafkaFailure as failure:
            job = None
            form.show_refusal(failure)
    return copy_page(request, topic, query, form, job, status=422 if form.errors else 200)


def confirmed(request: HttpRequest, topic: str, query: dict[str, Any], targets: dict[str, Cluster]) -> HttpResponse:
    """Start the copy whose plan was shown, and go to its job; once, however often it is confirmed."""
    form, job = CopyForm(request.POST, targets=targets), None
    if form.is_valid():
        try:
            job = draft_of(request, form.target, NAME, request.POST.get("job", ""), form.cleaned_data["topic"])
            start_confirmed(request, job)
            toast(request, f"Job {job.pk} started.")
            return redirect(reverse("job", form.target.slug, job.pk))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    return copy_page(request, topic, query, form, job, status=422)


def copy_page(
    request: HttpRequest, topic: str, query: dict[str, Any], form: CopyForm, job: Job | None, *, status: int
) -> HttpResponse:
    context = {
        "topic": topic, "form": form, "job": job, "plan": plan_of(job) if job else None,
        "ask_name": job and job.cluster.is_production, "filters": described(query),
        "suggested": suggested_topics(request, form.targets),
    }  # fmt: skip
    return page(request, "topics/copy_records.html", context, "plan", status=status)
