"""The form of a channel."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.findings import SEVERITIES
from clusters.models import Cluster
from core.encryption import SecretValues
from core.secret_binding import ENTER_AGAIN
from metrics.alerts import webhook
from metrics.alerts.routing import at_least, severities_of
from metrics.alerts.rule_choices import rule_choices
from metrics.forms import HIDDEN, web_address
from metrics.models import Channel

PATTERNS = ("cluster_glob", "rule_glob", "subject_glob")
ADDRESSES = (
    "A webhook, https://host/path, which gets JSON with a text and the alerts; or an Apprise URL, e.g. slack://…, "
    "mailto://…; for Alertmanager http://host:9093. Alerts link to kafkaadmin if KAFKAADMIN_PUBLIC_URL is set."
)


def objection_to(address: str) -> str:
    """Return why an address is not taken, or nothing."""
    from metrics.alerts import apprise_sender  # Apprise is large, and seldom needed

    if webhook.is_web_address(address) and not apprise_sender.is_known(address):
        return webhook.objection_to(address)
    return apprise_sender.objection_to(address)


def cluster_choices(chosen: Iterable[str]) -> list[tuple[str, str]]:
    """Return the clusters by their short names; what is chosen stays among them when it is gone."""
    names = dict(Cluster.objects.values_list("slug", "name"))
    return [*names.items(), *((slug, f"{slug} (removed)") for slug in chosen if slug not in names)]


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]
    address = forms.CharField(
        required=False,
        label="URL",
        widget=HIDDEN,
        help_text=ADDRESSES,
    )
    severities = forms.MultipleChoiceField(
        choices=[(severity, severity) for severity in SEVERITIES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    clusters = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    rules = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)

    class Meta:
        model = Channel
        fields = ("name", "kind", "enabled", "severities", "clusters", "rules", "cluster_glob", "rule_glob",
                  "subject_glob", "repeat_hours", "tell_resolved")  # fmt: skip
        labels = {"kind": "Type"}
        help_texts = {
            "cluster_glob": "Short names, as in URLs. * stands for any characters.",
            "rule_glob": "Names of rules as in the API, e.g. lag:* for own rules on lag.",
            "subject_glob": "E.g. broker 1, or names of consumer groups and topics.",
            "repeat_hours": "Alertmanager decides itself how often notifications repeat.",
            "tell_resolved": "Alertmanager is always notified on resolve.",
        }

    def __init__(self, *args: Any, typed_before: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """``typed_before`` holds the URL of an earlier submission of this form that is not saved yet."""
        super().__init__(*args, **kwargs)
        self.typed_before = (typed_before or {}).get("url", "")
        self.initial["severities"] = severities_of(self.instance)
        self.choices_of("clusters", cluster_choices(self.instance.clusters or ()))
        self.choices_of("rules", rule_choices(self.instance.rules or ()))

    def choices_of(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def rule_groups(self) -> list[tuple[str, list[Any]]]:
        """The rules' checkboxes, in groups with their labels."""
        boxes = iter(self["rules"])
        return [(label, list(islice(boxes, len(rules)))) for label, rules in rule_choices(self.instance.rules or ())]

    @property
    def cluster_groups(self) -> list[tuple[str, list[Any]]]:
        return [("", list(self["clusters"]))]

    @property
    def has_patterns(self) -> bool:
        """Whether a pattern narrows what was picked, or is wrong."""
        return any(self[name].value() != "*" or self[name].errors for name in PATTERNS)

    def clean_severities(self) -> list[str]:
        """Take the severities that were picked, or the minimum that forms had before.

        Raises:
            ValidationError: there is neither.
        """
        picked, minimum = self.cleaned_data["severities"], self.data.get("severity")
        if not picked and minimum in SEVERITIES:
            return at_least(minimum)
        if not picked:
            raise ValidationError("Choose at least one severity.")
        return [severity for severity in SEVERITIES if severity in picked]

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
        elif address and (objection := objection_to(address)):
            self.add_error("address", objection)
        return values

    def typed_secrets(self) -> dict[str, str]:
        """Return the URL that was typed now or before."""
        return {"url": self.data.get("address", "") or self.typed_before}

    def unsaved(self) -> Channel:
        """Return the channel as typed; an empty address keeps the stored one."""
        channel: Channel = self.save(commit=False)
        picked = self.cleaned_data["severities"]
        channel.severity = picked[-1]
        channel.severities = None if picked == at_least(picked[-1]) else picked
        channel.clusters, channel.rules = channel.clusters or None, channel.rules or None
        if self.cleaned_data.get("address"):
            channel.secrets = SecretValues(url=self.cleaned_data["address"])
        return channel
