"""The form of a cluster's source of metrics. Secrets go in and never come out."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from core.encryption import SecretValues
from metrics.catalogue.signals import parse, table
from metrics.models import MetricsSettings
from metrics.sources.settings import pairs

SECRETS = {"password": "Password", "token": "Bearer token", "key_pem": "Client key (PEM)"}
HIDDEN = forms.PasswordInput(attrs={"autocomplete": "new-password"})


def web_address(text: str) -> str:
    """Return a web address without its final slash.

    Raises:
        ValidationError: it is not a web address.
    """
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
        raise ValidationError("An address such as http://prometheus-server/prefix, without user name or query.")
    return text.rstrip("/")


class MetricsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where a cluster's metrics come from."""

    class Meta:
        model = MetricsSettings
        fields = (
            "source", "interval", "url", "matchers", "queries", "scheme", "port", "path", "exporters", "username",
            "headers", "ca_pem", "certificate_pem", "verify", "slow_produce_warning", "slow_produce_critical",
        )  # fmt: skip
        help_texts = {
            "url": "What /api/v1 follows: http://prometheus-server, with the prefix that Mimir or Thanos have.",
            "matchers": 'What selects exactly this cluster\'s brokers, such as job="kafka",namespace="prod".',
            "port": "On each broker's host.",
            "exporters": "Where they are not on the brokers' hosts: one broker=host:port a line.",
            "headers": "One a line, such as “X-Scope-OrgID: team-a”.",
            "queries": "In place of ours, one a line, such as “jvm_heap_used = my_heap_bytes{area=\"heap\"}”.",
            "interval": "How often we look, and the least distance of points; not less than the scrape interval.",
        }  # fmt: skip
        widgets = {
            "exporters": forms.Textarea(attrs={"rows": 3, "placeholder": "1=broker-1:5556"}),
            "headers": forms.Textarea(attrs={"rows": 2}),
            "queries": forms.Textarea(attrs={"rows": 3}),
            "ca_pem": forms.Textarea(attrs={"rows": 3}),
            "certificate_pem": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in SECRETS.items():
            hint = "stored; leave empty to keep it" if self.instance.secrets.get(name) else ""
            widget = forms.Textarea(attrs={"rows": 3}) if name == "key_pem" else HIDDEN
            self.fields[name] = forms.CharField(required=False, label=label, help_text=hint, widget=widget)

    def clean_url(self) -> str:
        return web_address(str(self.cleaned_data["url"])) if self.cleaned_data["url"] else ""

    def clean_interval(self) -> int:
        """Refuse to poll more often than exporters can bear."""
        value = int(self.cleaned_data["interval"])
        if not 5 <= value <= 3600:
            raise ValidationError("Between 5 and 3,600 seconds.")
        return value

    def clean_matchers(self) -> str:
        """Refuse what would not stay between the braces of a selector."""
        text = self.cleaned_data["matchers"].strip().removeprefix("{").removesuffix("}").strip().strip(",")
        if text and (parse(f"up{{{text}}}") is None or any(sign in text for sign in "{}()\n")):
            raise ValidationError('Matchers look like job="kafka",namespace="prod".')
        return str(text)

    def clean_headers(self) -> str:
        """Refuse lines that are not headers."""
        return self._pairs("headers", ":")

    def clean_exporters(self) -> str:
        """Refuse lines that do not name a broker and an address."""
        text = self._pairs("exporters", "=")
        for broker, address in pairs(text, "="):
            host, _, port = address.rpartition(":")
            if not broker.isdecimal() or not host or not port.isdecimal() or "/" in address or "@" in address:
                raise ValidationError(f"“{broker}={address}” is not of the form broker=host:port.")
        return text

    def clean_queries(self) -> str:
        """Refuse unknown signals, and anything but a single selector."""
        text = self._pairs("queries", "=")
        for name, selector in pairs(text, "="):
            if name not in table():
                raise ValidationError(f"There is no signal {name}.")
            if parse(selector) is None:
                raise ValidationError(f'“{selector}” is not one selector, such as name{{label="value"}}.')
        return text

    def _pairs(self, field: str, sign: str) -> str:
        text: str = self.cleaned_data[field]
        try:
            pairs(text, sign)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return text

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("source") == MetricsSettings.PROMETHEUS and not values.get("url") and "url" not in self.errors:
            self.add_error("url", "Where is the Prometheus?")
        return values

    def unsaved(self) -> MetricsSettings:
        """Return the settings as typed, with secrets; an empty secret keeps the stored one."""
        settings: MetricsSettings = self.save(commit=False)
        typed = {name: self.cleaned_data[name] for name in SECRETS if self.cleaned_data.get(name)}
        settings.secrets = SecretValues({**settings.secrets, **typed})
        return settings
