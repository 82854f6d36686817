"""The form for an election of preferred leaders."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.access import may_exist
from clusters.form_fields import KafkaErrorForm, read_partitions, typed_name

HIGHEST = range(100_000)  # numbers of partitions; Kafka tells which do not exist


class ElectionForm(KafkaErrorForm):
    """A topic and its partitions, or all of them."""

    topic = forms.CharField(
        required=False,
        max_length=249,
        help_text="Leave blank for all topics.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    partitions = forms.CharField(required=False, help_text="All, or e.g. 0,3-5.", max_length=1000)
    confirm = typed_name("cluster")

    def clean_topic(self) -> str:
        """Refuse what no topic is called.

        Raises:
            ValidationError: it is no legal name.
        """
        topic: str = self.cleaned_data["topic"]
        if topic and not may_exist(topic):
            raise ValidationError(f"“{topic}” is not a legal topic name.")
        return topic

    def clean_partitions(self) -> set[int]:
        """Read the numbers; the topic's field is cleaned before.

        Raises:
            ValidationError: they are not numbers, or no topic is named.
        """
        text: str = self.cleaned_data["partitions"]
        if text and not self.cleaned_data.get("topic"):
            raise ValidationError("Enter the topic of these partitions.")
        return read_partitions(text, HIGHEST, owner="The topic")

    def choice(self) -> dict[str, Any]:
        return {"topic": self.cleaned_data["topic"], "numbers": self.cleaned_data["partitions"]}
