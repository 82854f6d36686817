"""Forms: configs of brokers, and replicas that move between log directories."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms

from clusters.configs.forms import ConfigsForm
from clusters.form_fields import TopicPartitionsForm, typed_name
from clusters.gateway.brokers import LogDir
from clusters.gateway.configs import ConfigEntry


class BrokerConfigsForm(ConfigsForm):
    """New values and resets of a broker's configs, or of all brokers'."""

    confirm = typed_name("cluster")

    def __init__(self, *args: Any, entries: Iterable[ConfigEntry], own: str) -> None:
        super().__init__(*args, entries=entries, own=own)
        self.fields["configs"].widget.attrs["placeholder"] = "num.io.threads=16"


class MoveReplicasForm(TopicPartitionsForm):
    """A topic's replicas on a broker, and the directory to move them to."""

    path = forms.ChoiceField(label="Log directory")

    def __init__(self, *args: Any, dirs: Collection[LogDir], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].required, self.fields["topic"].help_text = True, ""
        online = [directory.path for directory in dirs if not directory.error]
        self.fields["path"].choices = [(path, path) for path in online]  # type: ignore[attr-defined]

    def choice(self) -> tuple[str, set[int], str]:
        return self.cleaned_data["topic"], self.cleaned_data["partitions"], self.cleaned_data["path"]
