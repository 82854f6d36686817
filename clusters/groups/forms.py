"""The form for resetting a group's offsets."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.form_fields import KafkaErrorForm, moment, read_partitions, typed_name
from clusters.gateway.offsets import LARGEST, Key
from clusters.groups import plan
from clusters.groups.plan import Destination

TO = {
    "earliest": "Earliest",
    "latest": "Latest",
    "time": "Timestamp",
    "offset": "Specific offset",
    "shift": "Shift by",
}
UNDO = "undo"  # brings back what a reset replaced, as a preview
NUMBERS = {"offset": plan.at, "shift": plan.by}


class ResetForm(KafkaErrorForm):
    """Partitions and destination. ``pinned`` has the offsets that the person confirmed, to set exactly these."""

    topic = forms.ChoiceField(
        required=False,
        label="Topic",
        help_text="Leave blank for all topics of the group. Topics without committed offsets can be entered as well.",
        widget=forms.TextInput(attrs={"list": "own-topics", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid_choice": "There is no topic %(value)s that you have access to."},
    )
    partitions = forms.CharField(required=False, label="Partitions", help_text="All, or e.g. 0,3-5.", max_length=1000)
    to = forms.ChoiceField(label="Reset to", choices=list(TO.items()))
    offset = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    shift = forms.IntegerField(
        required=False, label="Records", min_value=-LARGEST, max_value=LARGEST, help_text="Negative = backwards."
    )
    time = moment()
    pinned = forms.JSONField(required=False, widget=forms.HiddenInput)
    confirm = typed_name("group")

    def __init__(self, *args: Any, all_partitions: Iterable[Key], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all_partitions = sorted(all_partitions)
        self.topics = list(dict.fromkeys(topic for topic, _ in self.all_partitions))
        self.fields["topic"].choices = [("", "All topics"), *((topic, topic) for topic in self.topics)]  # type: ignore[attr-defined]

    def clean_partitions(self) -> set[int]:
        """Read the numbers; the topic's field is cleaned before.

        Raises:
            ValidationError: they are not numbers, or the topic has no such partitions.
        """
        text, topic = self.cleaned_data["partitions"], self.cleaned_data.get("topic")
        if text and not topic:
            raise ValidationError("Select the topic of these partitions.")
        return read_partitions(text, {number for _, number in self.chosen_of(topic)}, owner="The topic")

    def clean_pinned(self) -> dict[Key, int]:
        """Read the offsets by topic and partition; a new preview takes none from an older one.

        Raises:
            ValidationError: they are not what the preview wrote.
        """
        pinned = self.cleaned_data["pinned"] if self.data.get("action") in {"apply", UNDO} else None
        try:
            return {(str(topic), int(number)): int(offset) for topic, number, offset in pinned or ()}
        except (TypeError, ValueError) as error:
            raise ValidationError("These are not the offsets of a preview.") from error

    def clean(self) -> dict[str, Any]:
        """Require the value that the destination needs."""
        values = super().clean() or {}
        needed = values.get("to")
        if needed in {"offset", "shift", "time"} and values.get(needed) is None and needed not in self.errors:
            self.add_error(needed, "This field is required.")
        return values

    def chosen_of(self, topic: str | None) -> list[Key]:
        """Return the partitions of a topic, or all partitions that the group reads."""
        return [key for key in self.all_partitions if not topic or key[0] == topic]

    def chosen(self) -> list[Key]:
        numbers = self.cleaned_data["partitions"]
        return [key for key in self.chosen_of(self.cleaned_data["topic"]) if not numbers or key[1] in numbers]

    def destination(self) -> Destination:
        to = self.cleaned_data["to"]
        if to in NUMBERS:
            return NUMBERS[to](self.cleaned_data[to])
        return {"earliest": plan.earliest, "latest": plan.latest, "time": plan.as_found}[to]


def former_offsets(values: Mapping[str, str | None]) -> dict[str, str] | None:
    """Return what the form has to send to bring back the offsets that steps of a reset replaced; None for none."""
    offsets = {plan.key(subject): int(offset) for subject, offset in values.items() if offset is not None}
    return {"to": "earliest", "pinned": pin(offsets), "action": UNDO} if offsets else None


def pin(offsets: Mapping[Key, int]) -> str:
    """Return offsets in the format of the field ``pinned``."""
    return json.dumps([[topic, number, offset] for (topic, number), offset in offsets.items()])
