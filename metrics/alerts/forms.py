"""The form of a channel."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.encryption import SecretValues
from core.secret_binding import ENTER_AGAIN
from metrics.forms import HIDDEN, web_address
from metrics.models import Channel


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]
    address = forms.CharField(
        required=False,
        label="URL",
        widget=HIDDEN,
        help_text="For Apprise e.g. slack://…, mailto://… or json://host/path; for Alertmanager http://host:9093.",
    )

    class Meta:
        model = Channel
        fields = ("name", "kind", "enabled", "severity", "cluster_glob", "rule_glob", "subject_glob",
                  "repeat_hours", "tell_resolved")  # fmt: skip
        labels = {"kind": "Type"}
        help_texts = {
            "repeat_hours": "Alertmanager decides itself how often notifications repeat.",
            "tell_resolved": "Alertmanager is always notified on resolve.",
        }

    def __init__(self, *args: Any, typed_before: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """``typed_before`` holds the URL of an earlier submission of this form that is not saved yet."""
        super().__init__(*args, **kwargs)
        self.typed_before = (typed_before or {}).get("url", "")

    def clean(self) -> dict[str, Any]:
        """Require a URL where none is saved or was typed before, and refuse one that the kind cannot use."""
        values = super().clean() or {}
        address = values["address"] = values.get("address") or self.typed_before
        if not address and not self.instance.secrets.get("url"):
            self.add_error("address", "URL is required.")
        elif not address and values.get("kind") != self.initial.get("kind"):
            self.add_error("address", ENTER_AGAIN)
        elif address and values.get("kind") == Channel.ALERTMANAGER:
            try:
                web_address(address)
            except ValidationError as error:
                self.add_error("address", error)
        elif address:
            from metrics.alerts.apprise_sender import objection_to  # Apprise is large, and seldom needed

            if objection := objection_to(address):
                self.add_error("address", objection)
        return values

    def typed_secrets(self) -> dict[str, str]:
        """Return the URL that was typed now or before."""
        return {"url": self.data.get("address", "") or self.typed_before}

    def unsaved(self) -> Channel:
        """Return the channel as typed; an empty address keeps the stored one."""
        channel: Channel = self.save(commit=False)
        if self.cleaned_data.get("address"):
            channel.secrets = SecretValues(url=self.cleaned_data["address"])
        return channel
