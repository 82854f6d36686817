"""Deleting a group's offsets of one topic, or of some of its partitions: the form, and the plan from Kafka's state."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import KafkaErrorForm, read_partitions, typed_name
from clusters.gateway.offsets import Key
from clusters.groups import plan
from clusters.groups.state import Standing
from core.plan import Plan


class DeleteOffsetsForm(KafkaErrorForm):
    """The topic, and which of its partitions."""

    topic = forms.ChoiceField(label="Topic")
    partitions = forms.CharField(required=False, label="Partitions", help_text="All, or e.g. 0,3-5.", max_length=1000)
    confirm = typed_name("group")

    def __init__(self, data: Any = None, *, state: Standing, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.state = state
        topics = dict.fromkeys(topic for topic, _ in committed_of(state))
        self.fields["topic"].choices = [(topic, topic) for topic in topics]  # type: ignore[attr-defined]

    def clean_partitions(self) -> set[int]:
        """Read the numbers; the topic's field is cleaned before.

        Raises:
            ValidationError: they are not numbers, or the group has no offsets there; or it is a share group.
        """
        if self.cleaned_data["partitions"] and not self.state.commits:
            raise ValidationError("Kafka deletes offsets of share groups by whole topics: leave partitions blank.")
        topic = self.cleaned_data.get("topic")
        present = {number for name, number in committed_of(self.state) if name == topic}
        return read_partitions(self.cleaned_data["partitions"], present, owner="The group")

    def plan(self) -> Plan:
        """Return the plan of a valid form."""
        offsets = committed_of(self.state)
        chosen = {key: offsets[key] for key in self.keys()}
        consumed = {(row.topic, row.partition) for row in self.state.rows if row.owners} & chosen.keys()
        remaining = len(offsets) - len(chosen)
        group, kind = self.state.listing.name, self.state.listing.type
        planned = plan.delete_offsets(group, chosen, remaining=remaining, consumed=consumed, kind=kind)
        is_beyond_tool = kind == plan.STREAMS and self.cleaned_data["partitions"]
        return replace(planned, commands=()) if is_beyond_tool else planned

    def keys(self) -> list[Key]:
        """Return the partitions whose offsets a valid form deletes."""
        topic, numbers = self.cleaned_data["topic"], self.cleaned_data["partitions"]
        return [key for key in committed_of(self.state) if key[0] == topic and (not numbers or key[1] in numbers)]


def committed_of(state: Standing) -> dict[Key, int]:
    """Return a group's committed offsets."""
    return {(row.topic, row.partition): row.committed for row in state.rows if row.committed is not None}
