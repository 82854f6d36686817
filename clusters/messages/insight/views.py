"""The page of a topic's insights: one of them, beside another one where that is chosen, and a form for a new one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.form_fields import KafkaErrorForm
from clusters.gateway.errors import KafkaFailure
from clusters.jobs.changes import draft, start
from clusters.messages.insight.job import NAME, range_of
from clusters.messages.insight.queries import MOST, insights_of
from clusters.messages.insight.report import compared, facts_of, histogram, rate_chart
from clusters.messages.reading.topic import partitions_of
from clusters.models import Cluster, Job
from core.web.page import page
from core.web.paths import reverse

SAMPLE, SCAN = "sample", "scan"
USUAL, LARGEST = 10_000, 10_000_000


class InsightForm(KafkaErrorForm):
    """How much of a topic is read."""

    mode = forms.ChoiceField(label="Read", choices=[(SAMPLE, "Last records"), (SCAN, "All records")])
    last = forms.IntegerField(
        label="Offsets per partition", required=False, min_value=1, max_value=LARGEST, initial=USUAL
    )

    def parameters(self, topic: str) -> dict[str, Any]:
        values = self.cleaned_data
        return {"topic": topic, "last": None if values["mode"] == SCAN else values["last"] or USUAL}


@cluster_view("messages.view")
def insight(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the newest insight, or the one that is chosen; a POST begins a new one."""
    form = InsightForm(request.POST or None)
    if form.is_valid():
        try:
            partitions_of(cluster, topic)
            job = draft(request, cluster, NAME, form.parameters(topic))
            start(request, job)
            return redirect(reverse("job", cluster.slug, job.pk))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    jobs = [job for job in insights_of(request, cluster, topic)[:MOST] if job.result or job.state in Job.OPEN]
    done = [job for job in jobs if job.result]
    names = {job.pk: range_of(job.parameters) for job in done}
    shown = chosen(done, request.GET.get("job", "")) or (done[0] if done else None)
    other = chosen(done, request.GET.get("with", ""))
    context = {"topic": topic, "form": form, "running": [job for job in jobs if job.state in Job.OPEN],
               "done": done, "names": names, "shown": shown, "other": other, **report(shown, other)}  # fmt: skip
    return page(request, "topics/insight.html", context, status=422 if form.errors else 200)


def chosen(jobs: list[Job], number: str) -> Job | None:
    return next((job for job in jobs if str(job.pk) == number), None)


def report(shown: Job | None, other: Job | None) -> dict[str, Any]:
    """Return what the page shows of one insight, and of another one beside it."""
    if shown is None:
        return {}
    result = shown.result
    facts, others = facts_of(result), facts_of(other.result) if other else []
    return {
        "facts": compared(facts, others),
        "sizes": histogram(result),
        "chart": rate_chart(result),
        "largest": [
            {"size": size, "partition": partition, "offset": offset} for size, partition, offset in result["largest"]
        ],
        "unreadable": sorted(result["unreadable"].items()),
    }
