"""The form for resetting a group's offsets."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.duration import duration_iso_string

from clusters.form_fields import KafkaErrorForm, moment, read_partitions, typed_name
from clusters.gateway.offsets import LARGEST, Key
from clusters.groups import commands, offset_files, plan
from clusters.groups.plan import Destination

TO = {
    "earliest": "Earliest",
    "latest": "Latest",
    "time": "Timestamp",
    "offset": "Specific offset",
    "shift": "Shift by",
    "duration": "Duration ago",
    "file": "Offsets of a file",
    "group": "Offsets of another group",
}
LONGEST_FILE = 2_000_000  # characters: some 50,000 partitions
UNDO = "undo"  # brings back what a reset replaced, as a preview
NEEDED = {"group": "source", "file": "csv", **{name: name for name in ("offset", "shift", "time", "duration")}}
NUMBERS = {"offset": plan.at, "shift": plan.by}
OPTIONS = {"offset": "--to-offset", "shift": "--shift-by"}
LONGEST_DURATION = timedelta(days=36525)


class ResetForm(KafkaErrorForm):
    """Partitions and destination. ``pinned`` has the offsets that the person confirmed, to set exactly these.

    ``copied`` are the offsets of the group that the form names as the source; None where the person may not see it.
    """

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
    duration = forms.DurationField(
        required=False,
        help_text="The first record since then; ISO 8601, e.g. P1DT2H for 1 day and 2 hours.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "P1DT2H"}),
    )
    csv = forms.CharField(
        required=False,
        max_length=LONGEST_FILE,
        label="File",
        help_text="Lines of topic,partition,offset, as kafka-consumer-groups reads them.",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    source = forms.CharField(
        required=False,
        strip=False,
        max_length=512,
        label="Group",
        help_text="The group whose committed offsets to copy.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    pinned = forms.JSONField(required=False, widget=forms.HiddenInput)
    confirm = typed_name("group")

    def __init__(
        self, *args: Any, all_partitions: Iterable[Key], copied: Mapping[Key, int] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.copied = copied
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

    def clean_duration(self) -> timedelta | None:
        """Require a duration into the past that a date can be.

        Raises:
            ValidationError: it is negative, or longer than there are records.
        """
        duration: timedelta | None = self.cleaned_data["duration"]
        if duration is not None and not timedelta(0) < duration < LONGEST_DURATION:
            raise ValidationError("A duration between 1 second and 100 years is required, e.g. P1DT2H.")
        return duration

    def clean_csv(self) -> dict[Key, int]:
        """Read the file.

        Raises:
            ValidationError: it is not one, or names partitions that do not exist for the person.
        """
        if self.cleaned_data.get("to") != "file":
            return {}
        try:
            offsets = offset_files.read(self.cleaned_data["csv"])
        except offset_files.NotOffsets as error:
            raise ValidationError(str(error)) from error
        if missing := sorted(offsets.keys() - set(self.all_partitions)):
            raise ValidationError(f"You have access to no such partitions: {plan.names(missing)}.")
        return offsets

    def clean_source(self) -> str:
        """Require a group that has offsets.

        Raises:
            ValidationError: there is none for the person, or it has none.
        """
        source: str = self.cleaned_data["source"]
        if self.cleaned_data.get("to") == "group" and source and not self.copied:
            raise ValidationError(f"There is no group {source} with committed offsets that you have access to.")
        return source

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
        needed = NEEDED.get(values.get("to", ""), "")
        if needed and values.get(needed) in (None, "", {}) and needed not in self.errors:
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
        return {"earliest": plan.earliest, "latest": plan.latest}.get(to, plan.as_found)

    def given_offsets(self) -> Mapping[Key, int] | None:
        """Return the offsets that the form itself names: those confirmed, of a file or of another group; or None."""
        if self.cleaned_data["pinned"]:
            return self.cleaned_data["pinned"]  # type: ignore[no-any-return]
        return {"file": self.cleaned_data.get("csv"), "group": self.copied}.get(self.cleaned_data["to"])

    def since(self, now: datetime) -> datetime | None:
        """Return the time that the form asks for; None where it asks for something else."""
        to = self.cleaned_data["to"]
        if to == "duration":
            return now - self.cleaned_data["duration"]  # type: ignore[no-any-return]
        return self.cleaned_data["time"] if to == "time" else None

    def tool_options(self) -> tuple[str, ...]:
        """Return the options by which kafka-consumer-groups resets to the same."""
        to, values = self.cleaned_data["to"], self.cleaned_data
        if self.data.get("action") == UNDO or to in {"file", "group"}:
            return commands.FROM_FILE
        if to == "time":
            return ("--to-datetime", values["time"].isoformat(timespec="milliseconds"))
        if to == "duration":
            return ("--by-duration", duration_iso_string(values["duration"]))
        return (f"--to-{to}",) if to in {"earliest", "latest"} else (OPTIONS[to], str(values[to]))


def former_offsets(values: Mapping[str, str | None]) -> dict[str, str] | None:
    """Return what the form has to send to bring back the offsets that steps of a reset replaced; None for none."""
    offsets = {plan.key(subject): int(offset) for subject, offset in values.items() if offset is not None}
    return {"to": "earliest", "pinned": pin(offsets), "action": UNDO} if offsets else None


def pin(offsets: Mapping[Key, int]) -> str:
    """Return offsets in the format of the field ``pinned``."""
    return json.dumps([[topic, number, offset] for (topic, number), offset in offsets.items()])
