"""Writing a record into a topic, through ``apply_change``. A POST with ``action=preview`` only shows the plan."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import apply_confirmed, check
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.writing.produce import NewRecord, Place, produce
from clusters.messages.own_types import FORMAT_FIELDS, OwnTypes, is_of_cluster
from clusters.messages.produce.form import SAMPLES, ProduceForm, chosen_formats
from clusters.messages.produce.plan import plan
from clusters.messages.produce.repetition import Repetition, repetition_of
from clusters.messages.produce.schema import usual_formats
from clusters.messages.produce.suggestions import suggestions_for
from clusters.messages.reading.topic import cleanup_policy, partitions_of
from clusters.messages.registries import TopicRegistries
from clusters.models import Cluster
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCONFIRMED = "Production: type the topic name to confirm."


@cluster_view("messages.produce", change=True)
def produce_record(request: HttpRequest, cluster: Cluster, topic: str) -> HttpResponse:
    """Show the form, the plan, or write the record and go to it."""
    leaders = partitions_of(cluster, topic)
    registries = TopicRegistries(cluster, topic)
    types, again = OwnTypes(cluster), Repetition()
    if request.method == "GET":
        again = repetition_of(request, cluster, topic, leaders, types, registries)
    form = ProduceForm(
        request.POST or None,
        initial=usual_formats(cluster, topic) | again.fields,
        partitions=len(leaders),
        registries=registries,
        types=types,
    )
    planned: Plan | None = None
    if request.POST.get("action") in SAMPLES:
        form = form.with_sample(request.POST["action"])
    elif form.is_valid():
        record = form.record()
        planned = plan(topic, record, cleanup_policy(cluster, topic), form.schema_notes)
        try:
            if request.POST.get("action") == "preview":
                check(request, cluster, planned)
            elif cluster.is_production and form.cleaned_data["confirm"] != topic:
                form.add_error("confirm", UNCONFIRMED)
            else:
                place = written(request, cluster, planned, record)
                toast(request, f"Record written to {topic}-{place.partition} at offset {place.offset}.")
                return redirect(address_of(cluster, topic, place, form))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    is_part = "HX-Request" in request.headers
    context = {
        "topic": topic,
        "notes": again.notes,
        "form": form,
        "plan": planned,
        "ask_name": cluster.is_production,
        **({} if is_part else suggestions_for(registries, chosen_formats(form))),
    }
    return page(request, "topics/produce.html", context, "plan", status=422 if form.errors else 200)


def written(request: HttpRequest, cluster: Cluster, planned: Plan, record: NewRecord) -> Place:
    """Write the record, unless the plan is not the one that was confirmed."""
    places: list[Place] = []
    write = partial(produce, cluster.connection(), planned.resource, record)
    apply_confirmed(request, cluster, planned, lambda: places.append(write()))
    return places[0]


def address_of(cluster: Cluster, topic: str, place: Place, form: ProduceForm) -> str:
    """Return the page that shows the record as what it was written as."""
    query = {name: chosen for name in FORMAT_FIELDS if is_of_cluster(chosen := form.cleaned_data[name])}
    return reverse("topic-message", cluster.slug, topic, place.partition, place.offset, query=query)
