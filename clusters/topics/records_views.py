"""Deleting a topic's records, through ``apply_change``: a POST shows the plan, one from the shown plan applies it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view, sees
from clusters.changes import apply_confirmed, confirmed_digest
from clusters.gateway import topics as kafka
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.writing.truncation import delete_before
from clusters.models import Cluster
from clusters.topics import rows
from clusters.topics.records_deletion import DeleteRecordsForm, pin, planned
from clusters.topics.records_plan import Deletion
from core.web.formats import plural
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

NOTHING = "No change: there are no records before that (or the offsets can't be determined)."


@cluster_view("messages.delete", change=True)
def delete_records(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the form, the plan, or delete the records of the plan that was shown."""
    description = kafka.describe(cluster.connection(), topic)
    form = DeleteRecordsForm(request.POST or None, present={partition.id for partition in description.partitions})
    deletion: Deletion | None = None
    if form.is_valid():
        try:
            deletion = planned(cluster, description, form, partial(sees, request, cluster, "groups.view"))
            if not deletion.plan.steps:
                form.add_error(None, NOTHING)
            elif is_confirmed(request, topic):
                apply_deletion(request, cluster, deletion)
                toast(request, f"Records of {plural(len(deletion.starts), 'partition')} of {topic} deleted.")
                return redirect(reverse("topic", cluster.slug, topic))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    return deletion_page(request, topic, form, deletion)


def is_confirmed(request: HttpRequest, topic: str) -> bool:
    """Tell whether a plan that was shown is to be applied, with the topic's name typed."""
    applying = request.POST.get("action") == "apply" and bool(confirmed_digest(request))
    return applying and request.POST.get("confirm", "") == topic


def apply_deletion(request: HttpRequest, cluster: Cluster, deletion: Deletion) -> None:
    """Delete the records, unless the plan is not the one that was confirmed, and update the list.

    Raises:
        Conflict: the plan is no longer the one confirmed.
        KafkaFailure: Kafka refused.
    """
    topic = deletion.plan.resource
    before = {(topic, number): offset for number, offset in deletion.starts.items()}
    delete = partial(delete_before, cluster.connection(), before)
    apply_confirmed(request, cluster, deletion.plan, delete)
    rows.records_deleted(cluster, topic, deletion.lost)


def deletion_page(request: HttpRequest, topic: str, form: DeleteRecordsForm, deletion: Deletion | None) -> HttpResponse:
    """Render the form and, if there is one, the plan with the offsets that it would delete up to."""
    shown = deletion if deletion and deletion.plan.steps else None
    wrong = bool(shown) and request.POST.get("action") == "apply"
    context = {
        "topic": topic,
        "form": form,
        "plan": shown and shown.plan,
        "pinned": shown and pin(shown.starts),
        "typed": request.POST.get("confirm", ""),
        "wrong": wrong and request.POST.get("confirm", "") != topic,
    }
    return page(request, "topics/delete_records.html", context, "plan", status=422 if form.errors or wrong else 200)
