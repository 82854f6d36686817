"""Deleting a topic's records before an offset or a time: the form, and the plan from Kafka's state.

Kafka requests: one describe, one describe-configs, two list-offsets per leader, and one more for a time; one
delete-records per leader to apply it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from clusters.form_fields import KafkaErrorForm, moment, read_partitions
from clusters.gateway import configs, offsets
from clusters.gateway.offsets import LARGEST
from clusters.gateway.topics import TopicDescription
from clusters.models import Cluster, GroupTopic
from clusters.topics import records_plan
from clusters.topics.queries import row_of
from clusters.topics.records_plan import Deletion, Log, TopicFacts

OFFSET, TIME, END = "offset", "time", "end"
BEFORE = {OFFSET: "Before an offset", TIME: "Before a timestamp", END: "All records"}
POLICY = "cleanup.policy"


class DeleteRecordsForm(KafkaErrorForm):
    """Partitions, and where to delete up to. ``pinned`` has the offsets that the person confirmed: exactly these."""

    before = forms.ChoiceField(label="Delete", choices=list(BEFORE.items()))
    offset = forms.IntegerField(
        required=False, min_value=0, max_value=LARGEST, help_text="The first offset that is kept."
    )
    time = moment("Timestamp")
    partitions = forms.CharField(required=False, label="Partitions", help_text="All, or e.g. 0,3-5.", max_length=1000)
    pinned = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_partitions(self) -> set[int]:
        """Read the numbers; none means all."""
        return read_partitions(self.cleaned_data["partitions"], self.present, owner="The topic") or self.present

    def clean_pinned(self) -> dict[int, int]:
        """Read the offsets by partition; a new preview takes none from an older one.

        Raises:
            ValidationError: they are not what the preview wrote.
        """
        if self.data.get("action") != "apply":
            return {}
        try:
            pinned = {int(number): int(offset) for number, offset in (self.cleaned_data["pinned"] or {}).items()}
        except (AttributeError, TypeError, ValueError, OverflowError) as error:
            raise ValidationError("These are not the offsets of a preview.") from error
        if not set(pinned) <= self.present or not all(0 <= offset <= LARGEST for offset in pinned.values()):
            raise ValidationError("The topic has no such partition, or an offset is out of range.")
        return pinned

    def clean(self) -> dict[str, Any]:
        """Require the value that the choice needs."""
        values = super().clean() or {}
        needed = values.get("before")
        if needed in {OFFSET, TIME} and values.get(needed) is None and not self.errors and not values.get("pinned"):
            self.add_error(needed, "This field is required.")
        return values


def pin(starts: Mapping[int, int]) -> str:
    """Return offsets in the format of the field ``pinned``."""
    return json.dumps(starts)


def planned(
    cluster: Cluster, topic: TopicDescription, form: DeleteRecordsForm, can_see_group: Callable[[str], bool]
) -> Deletion:
    """Plan what a valid form asks for; once offsets were shown, exactly these.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    pinned: Mapping[int, int] = form.cleaned_data["pinned"]
    numbers = sorted(pinned or form.cleaned_data["partitions"])
    leaders = {(topic.name, part.id): part.leader for part in topic.partitions if part.id in numbers}
    marks, _ = offsets.watermarks(cluster.connection(), leaders, leaders=leaders)
    before = pinned or before_of(cluster, topic.name, numbers, form)
    logs = {}
    for number in numbers:
        mark = marks[topic.name, number]
        logs[number] = Log(mark.low, mark.high, before.get(number, mark.high))
    deletion = records_plan.delete_records(topic.name, logs, facts_of(cluster, topic, can_see_group))
    return replace(deletion, plan=replace(deletion.plan, identity=topic.topic_id or ""))


def before_of(cluster: Cluster, topic: str, numbers: list[int], form: DeleteRecordsForm) -> Mapping[int, int | None]:
    """Return the offset before which records go, by partition; empty for all of them.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    values = form.cleaned_data
    if values["before"] == OFFSET:
        return dict.fromkeys(numbers, values["offset"])
    if values["before"] == END:
        return {}
    keys = [(topic, number) for number in numbers]
    since, _ = offsets.offsets_at(cluster.connection(), keys, round(1000 * values["time"].timestamp()))
    return {number: offset for (_, number), offset in since.items()}


def facts_of(cluster: Cluster, topic: TopicDescription, can_see_group: Callable[[str], bool]) -> TopicFacts:
    """Return what Kafka and the inventory know about a topic and the groups that are behind in it.

    Raises:
        KafkaFailure: the cluster is not reachable at all.
    """
    name = topic.name
    policies = configs.describe_topics(cluster.connection(), [name], [POLICY], timeout=5.0)
    row = row_of(cluster, name)
    behind = Q(lag__gt=0) | Q(lag__isnull=True) | Q(unknown__gt=0)
    groups = GroupTopic.objects.filter(behind, cluster=cluster, topic=name).order_by("-lag", "group")
    lags = dict(groups.values_list("group", "lag"))
    visible = {group: lag for group, lag in lags.items() if can_see_group(group)}
    return TopicFacts(
        cleanup_policy=policies.get(name, {}).get(POLICY) or "",
        internal=topic.internal,
        at_most=row.messages_at_most if row else True,
        lags=visible,
        hidden_groups=len(lags) - len(visible),
    )
