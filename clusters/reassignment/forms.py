"""The form of a reassignment: its goal with what that needs, and its limits."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.configs.units import SIZES, total_of
from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.reassignment.json_files import LARGEST
from clusters.reassignment.planning.goals import DRAIN, FILE, FILL, GOALS, REPLICATION, ROLL_BACK, Choice
from clusters.reassignment.queries import Limits

PLAIN = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
HIGHEST = 2**31 - 1  # of broker ids
MOST_FACTOR = 100
REQUIRED = {
    DRAIN: (("brokers", "Enter the brokers to drain."),),
    FILL: (("brokers", "Enter the brokers to fill."),),
    REPLICATION: (("topics", "Enter the topics."), ("factor", "Enter the replication factor.")),
    FILE: (("assignment", "Paste the JSON."),),
    ROLL_BACK: (("job", "Enter the number of the job."),),
}


class NumbersField(forms.CharField):
    """Broker ids: ``1, 2``."""

    def clean(self, value: Any) -> tuple[int, ...]:
        """Return the numbers, each once.

        Raises:
            ValidationError: it is no list of broker ids.
        """
        parts = [part for part in re.split(r"[\s,]+", super().clean(value)) if part]
        if not all(part.isdecimal() and part.isascii() and len(part) < 11 and int(part) <= HIGHEST for part in parts):
            raise ValidationError("Broker ids separated by commas are required, e.g. 1,2.")
        return tuple(dict.fromkeys(map(int, parts)))


class BytesField(forms.CharField):
    """Bytes, with a unit or without; None where it is blank."""

    def clean(self, value: Any) -> int | None:
        """Return the number of bytes.

        Raises:
            ValidationError: it is no amount, or not positive.
        """
        text = super().clean(value)
        if not text:
            return None
        total = int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else total_of(text, SIZES)
        if total is None or total < 1 or total != int(total) or total >= 2**62:
            raise ValidationError("Bytes are required, e.g. 10485760 or 10 MiB.")
        return int(total)


def throttle(help_text: str) -> BytesField:
    """Return the field of a throttle, in bytes per second and broker."""
    return BytesField(required=False, max_length=40, widget=PLAIN, label="Throttle (bytes/s)", help_text=help_text)


class ThrottleForm(KafkaErrorForm):
    """Another throttle for a reassignment that runs."""

    rate = throttle("Per broker, e.g. 10 MiB, above what producers write. Blank: unlimited.")
    confirm = typed_name("cluster")


class ReassignForm(KafkaErrorForm):
    """A goal with what it needs, and how it is carried out."""

    goal = forms.ChoiceField(choices=GOALS, label="Goal")
    brokers = NumbersField(
        required=False, max_length=1000, widget=PLAIN, label="Brokers",
        help_text="To drain, or to fill, e.g. 4,5. A broker to drain may be down.",
    )  # fmt: skip
    targets = NumbersField(
        required=False, max_length=1000, widget=PLAIN, label="Replacements",
        help_text="Brokers that take over the replicas; all others if blank.",
    )  # fmt: skip
    topics = forms.CharField(
        required=False, max_length=2000, widget=PLAIN, label="Topics", help_text="All, or e.g. orders, billing-*."
    )
    factor = forms.IntegerField(required=False, min_value=1, max_value=MOST_FACTOR, label="Replication factor")
    assignment = forms.CharField(
        required=False, max_length=LARGEST, label="JSON", help_text="As kafka-reassign-partitions takes it.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
    )  # fmt: skip
    job = forms.IntegerField(
        required=False, min_value=1, max_value=2**62, label="Job", help_text="A reassignment that has ended."
    )
    rate = throttle("Per broker, e.g. 10 MiB, above what producers write; removed at the end. Blank: unlimited.")
    partitions_at_once = forms.IntegerField(
        required=False, min_value=1, max_value=1000, label="Partitions at once", help_text="50 if blank."
    )
    bytes_at_once = BytesField(
        required=False, max_length=40, widget=PLAIN, label="Bytes at once", help_text="E.g. 50 GiB. Blank: unlimited."
    )
    confirm = typed_name("cluster")

    def clean_topics(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, re.split(r"[\s,]+", self.cleaned_data["topics"]))))

    def clean(self) -> dict[str, Any]:
        """Require what the goal needs."""
        for name, text in REQUIRED.get(self.cleaned_data.get("goal", ""), ()):
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, text)
        return self.cleaned_data

    def choice(self) -> Choice:
        names = ("goal", "brokers", "targets", "topics", "factor", "assignment", "job")
        return Choice(**{name: self.cleaned_data[name] for name in names})

    def limits(self) -> Limits:
        data = self.cleaned_data
        return Limits(data["rate"], data["partitions_at_once"] or 50, data["bytes_at_once"])
