"""Forms of topics, checked by Kafka's own rules before anything is sent."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.configs.forms import ConfigsForm, read_configs
from clusters.form_fields import KafkaErrorForm, typed_name
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.topics import NewTopic
from clusters.topics.plan import OWN_SOURCE

# org.apache.kafka.common.internals.Topic: the legal characters and the longest name.
LEGAL_NAME = re.compile(r"[a-zA-Z0-9._-]+")
LONGEST_NAME = 249
MOST_PARTITIONS = 10_000  # a KRaft controller refuses to create more in one request
OWN_FIELDS = ("cleanup_policy", "retention_ms", "min_insync_replicas")
CLEANUP = [(value, value or "Broker default") for value in ("", "delete", "compact", "compact,delete")]


class NewTopicForm(KafkaErrorForm):
    name = forms.CharField(max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    partitions = forms.IntegerField(min_value=1, max_value=MOST_PARTITIONS, initial=3)
    replication_factor = forms.IntegerField(
        min_value=1, max_value=32767, initial=3, help_text="At most the number of brokers."
    )
    cleanup_policy = forms.ChoiceField(choices=CLEANUP, required=False, label="Cleanup policy")
    retention_ms = forms.IntegerField(required=False, min_value=-1, label="Retention (ms)", help_text="-1 = unlimited.")
    min_insync_replicas = forms.IntegerField(required=False, min_value=1, label="Min in-sync replicas")
    configs = forms.CharField(
        required=False,
        label="Other configs",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "placeholder": "compression.type=lz4"}),
        help_text="One key=value per line.",
    )

    def clean_name(self) -> str:
        """Apply Kafka's rule for names."""
        name: str = self.cleaned_data["name"]
        if name in {".", ".."} or not LEGAL_NAME.fullmatch(name):
            raise ValidationError("Topic names consist of letters, digits, “.”, “_” and “-”, and can't be “.” or “..”.")
        return name

    def clean_configs(self) -> dict[str, str]:
        return read_configs(self.cleaned_data["configs"])

    def clean(self) -> dict[str, Any]:
        """Refuse a config that is given both in its own field and as a line."""
        values = super().clean() or {}
        for field in OWN_FIELDS:
            key = field.replace("_", ".")
            if values.get(field) not in (None, "") and key in values.get("configs", {}):
                self.add_error("configs", f"{key} is also set above; remove one of them.")
        return values

    def topic(self) -> NewTopic:
        values: dict[str, Any] = self.cleaned_data
        configs = dict(values["configs"])
        for field in OWN_FIELDS:
            if values[field] not in (None, ""):
                configs[field.replace("_", ".")] = str(values[field])
        return NewTopic(values["name"], values["partitions"], values["replication_factor"], configs)


def initial_of(topic: NewTopic) -> dict[str, object]:
    """Return a topic as the fields of the form for a new one."""
    configs = dict(topic.configs)
    own = {field: configs.pop(field.replace("_", "."), "") for field in OWN_FIELDS}
    return {
        "name": topic.name,
        "partitions": topic.partitions,
        "replication_factor": topic.replication_factor,
        **own,
        "configs": "\n".join(f"{key}={value}" for key, value in sorted(configs.items())),
    }


class PartitionsForm(KafkaErrorForm):
    partitions = forms.IntegerField(label="New total")

    def __init__(self, *args: Any, present: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        self.fields["partitions"].initial = present + 1

    def clean_partitions(self) -> int:
        """Require more than there are."""
        total: int = self.cleaned_data["partitions"]
        if total <= self.present:
            raise ValidationError(f"Must be more than {self.present}; partitions can be added, never removed.")
        if total - self.present > MOST_PARTITIONS:
            raise ValidationError(f"At most {MOST_PARTITIONS:,} partitions can be added at once.")
        return total


class TopicConfigsForm(ConfigsForm):
    """New values and resets of a topic's configs."""

    confirm = typed_name("topic", ", and records may be deleted")

    def __init__(self, *args: Any, entries: Iterable[ConfigEntry]) -> None:
        super().__init__(*args, entries=entries, own=OWN_SOURCE)
