"""The form for where records are copied to, and the parameters of the job that copies them."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest

from accounts.access import ASK, granted
from accounts.permissions import may
from clusters.access import may_exist, scope_of, sees, visible_clusters
from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.gateway.errors import InvalidRequest, NotAuthorized
from clusters.messages.access import may_unmask
from clusters.messages.forms import MessagesForm
from clusters.messages.masking import masking_of
from clusters.messages.own_types import OwnTypes
from clusters.messages.queries import fixed
from clusters.messages.reading.topic import cleanup_policy, partitions_of, topic_log
from clusters.messages.replay.source import MASKED, pinned
from clusters.messages.replay.standing import spans_as_json
from clusters.models import Cluster, Topic

LARGEST_RATE = 1_000_000
MOST_SUGGESTED = 500
SUGGESTED = {"list": "targets", "autocomplete": "off", "spellcheck": "false"}
CHOOSING = MessagesForm.base_fields.keys() - {"limit", "columns", "fields_shown", "seconds", "cursor"}


class CopyForm(KafkaErrorForm):
    """Where to, and how."""

    cluster = forms.ChoiceField(label="Target cluster")
    topic = forms.CharField(label="Target topic", max_length=249, widget=forms.TextInput(attrs=SUGGESTED))
    partition = forms.ChoiceField(
        label="Partitions", choices=[("same", "Same number as in the source"), ("key", "By the key")], required=False
    )
    time = forms.ChoiceField(label="Timestamps", choices=[("same", "As in the source"), ("now", "Now")], required=False)
    rate = forms.IntegerField(
        label="Rate limit (records/s)", required=False, min_value=1, max_value=LARGEST_RATE,
        help_text="As fast as possible if empty.",
    )  # fmt: skip
    confirm = typed_name("topic")

    def __init__(self, *args: Any, targets: Mapping[str, Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = targets
        choices: Any = [(slug, cluster.name) for slug, cluster in targets.items()]
        self.fields["cluster"].choices = choices  # type: ignore[attr-defined]

    def clean_topic(self) -> str:
        topic: str = self.cleaned_data["topic"]
        if not may_exist(topic):
            raise ValidationError("This is not a legal topic name.")
        return topic

    @property
    def target(self) -> Cluster:
        return self.targets[self.cleaned_data["cluster"]]


def targets_of(request: HttpRequest) -> dict[str, Cluster]:
    """Return the clusters that the person may write to, by slug."""
    clusters = [cluster for cluster in visible_clusters(request) if not cluster.read_only]
    return {cluster.slug: cluster for cluster in clusters if may(granted(request), "messages.produce", cluster.slug)}


def suggested_topics(request: HttpRequest, targets: Mapping[str, Cluster]) -> list[str]:
    """Return the names of some topics that the person may write to."""
    scope, writable = scope_of(request), Q(pk__in=[])
    for cluster in targets.values():
        writable |= Q(cluster=cluster) & scope(cluster, "messages.produce")
    names = Topic.objects.filter(writable, internal=False).order_by("name").values_list("name", flat=True)
    return list(names.distinct()[:MOST_SUGGESTED])


def parameters_of(
    request: HttpRequest, source: Cluster, topic: str, query: Mapping[str, Any], form: CopyForm
) -> dict[str, Any]:
    """Return the parameters of a copy as a valid form asks for it, with its range as it is now.

    Raises:
        InvalidRequest: there is nothing to copy, or the target has too few partitions.
        KafkaFailure: that is not allowed, or not known now.
    """
    values, target, clear = form.cleaned_data, form.target, bool(masking_of(source, topic))
    if clear and not may_unmask(request, source, topic):
        raise MASKED
    if not sees(request, target, "messages.produce", values["topic"]):
        raise NotAuthorized(f"You don't have access to {target.slug}/{values['topic']} (needs messages.produce).", ASK)
    log = topic_log(source, topic)
    chosen = MessagesForm(dict(query), log=log, types=OwnTypes(source))
    if not chosen.is_valid():
        raise InvalidRequest("The query is not valid.", "Go back to the records, and correct it.")
    spans = pinned(source, topic, log.leaders, chosen)
    if not spans:
        raise InvalidRequest("There are no records to copy.", "Choose another range.")
    kept = values["partition"] or "same"
    partitions = len(partitions_of(target, values["topic"]))
    if kept == "same" and max(spans) >= partitions:
        raise InvalidRequest(
            f"{values['topic']} has no partition {max(spans)}.", "Choose partitions by the key.", field="partition"
        )
    notes = notes_of(source, topic, target, values["topic"])
    return {
        "source": source.slug, "from_topic": topic, "topic_id": log.topic_id, "query": query_of(query, chosen),
        "spans": spans_as_json(spans),
        "clear": clear, "target": target.slug, "topic": values["topic"], "partition": kept,
        "time": values["time"] or "same", "rate": values["rate"], "writer": f"kafkaadmin-job-{token_hex(8)}",
        "notes": notes,
    }  # fmt: skip


def query_of(query: Mapping[str, Any], form: MessagesForm) -> dict[str, str]:
    """Return the part of a query that chooses records, meaning the same whenever it is read."""
    values = fixed(query, form)
    return {name: str(value) for name, value in values.items() if name in CHOOSING and value not in ("", None)}


def notes_of(source: Cluster, topic: str, target: Cluster, target_topic: str) -> list[str]:
    """Return what to consider."""
    notes = []
    if target_topic.startswith("__"):
        notes.append(
            "This is an internal topic of Kafka: what is written here can break every consumer of the cluster."
        )
    if (source.pk, topic) == (target.pk, target_topic):
        notes.append("The records are written to the topic that they are read from: its consumers get them again.")
    if "compact" in cleanup_policy(target, target_topic):
        notes.append("The target is compacted: Kafka refuses records without a key, and the job fails there.")
    return notes
