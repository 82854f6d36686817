"""The form of brokers' configs."""

from collections.abc import Iterable
from typing import Any

from clusters.configs.forms import ConfigsForm
from clusters.form_fields import typed_name
from clusters.gateway.configs import ConfigEntry


class BrokerConfigsForm(ConfigsForm):
    """New values and resets of a broker's configs, or of all brokers'."""

    confirm = typed_name("cluster")

    def __init__(self, *args: Any, entries: Iterable[ConfigEntry], own: str) -> None:
        super().__init__(*args, entries=entries, own=own)
        self.fields["configs"].widget.attrs["placeholder"] = "num.io.threads=16"
