"""Writing the records of a file: the form, the preview with what is wrong by line, and the start of the job."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import check
from clusters.gateway.errors import KafkaFailure
from clusters.jobs.changes import draft, draft_of, plan_of, start_confirmed
from clusters.messages.own_types import OwnTypes
from clusters.messages.produce.file_form import FileContents, ProduceFileForm, read_file
from clusters.messages.produce.file_job import NAME
from clusters.messages.produce.form import chosen_formats
from clusters.messages.produce.schema import usual_formats
from clusters.messages.produce.suggestions import suggestions_for
from clusters.messages.reading.topic import cleanup_policy, partitions_of
from clusters.messages.registries import TopicRegistries
from clusters.messages.rendering.records import render, time_of
from clusters.models import Cluster, Job
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast


@cluster_view("messages.produce", change=True)
def produce_file(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the form; read a file and show what it has; or start the job that was shown."""
    partitions = len(partitions_of(cluster, topic))
    if request.POST.get("action") == "start":
        return confirmed(request, cluster, topic, partitions)
    posted = request.method == "POST"
    form = ProduceFileForm(
        request.POST if posted else None, request.FILES or None, partitions=partitions,
        registries=TopicRegistries(cluster, topic), types=OwnTypes(cluster),
        initial=usual_formats(cluster, topic),
    )  # fmt: skip
    contents = read_file(form) if form.is_valid() else None
    if contents is None or contents.wrong or form.errors:
        return file_page(request, cluster, topic, form, contents=contents, status=422 if posted else 200)
    compacted = "compact" in cleanup_policy(cluster, topic)
    try:
        job = draft(request, cluster, NAME, form.parameters(topic, contents, compacted=compacted), contents.pieces)
        plan = plan_of(job)
        check(request, cluster, plan)
    except KafkaFailure as failure:
        form.show_refusal(failure)
        return file_page(request, cluster, topic, form, status=422)
    return file_page(request, cluster, topic, form, contents=contents, job=job, plan=plan)


def confirmed(request: HttpRequest, cluster: Cluster, topic: str, partitions: int) -> HttpResponse:
    """Start the job whose preview was shown, and go to it; once, however often it is confirmed."""
    registries = TopicRegistries(cluster, topic)
    form = ProduceFileForm(partitions=partitions, types=OwnTypes(cluster), registries=registries)
    job: Job | None = None
    try:
        job = draft_of(request, cluster, NAME, request.POST.get("job", ""), topic)
        start_confirmed(request, job)
    except KafkaFailure as failure:
        wrong, plan = f"{failure.sentence} {failure.advice}".strip(), plan_of(job) if job else None
        return file_page(request, cluster, topic, form, job=job, plan=plan, wrong=wrong, status=422)
    toast(request, f"Job {job.pk} started.")
    return redirect(reverse("job", cluster.slug, job.pk))


def first_rows(contents: FileContents | None) -> list[dict[str, Any]]:
    """Return the first records of a file as the preview shows them."""
    records = [(line.number, line.record) for line in contents.first if line.record] if contents else []
    return [
        {
            "line": number,
            "key": render(record.key),
            "value": render(record.value),
            "headers": [(name, render(value)) for name, value in record.headers],
            "partition": record.partition,
            "time": time_of(record.time_ms),
        }
        for number, record in records
    ]


def file_page(
    request: HttpRequest, cluster: Cluster, topic: str, form: ProduceFileForm, *, plan: Plan | None = None,
    status: int = 200, **shown: Any,
) -> HttpResponse:  # fmt: skip
    context = {"topic": topic, "form": form, "plan": plan, "ask_name": cluster.is_production,
               "first": first_rows(shown.get("contents")), **shown,
               **suggestions_for(TopicRegistries(cluster, topic), chosen_formats(form))}  # fmt: skip
    return page(request, "topics/produce_file.html", context, status=status)
