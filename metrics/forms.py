"""The form of a cluster's source of metrics. Secrets go in and never come out."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from core.encryption import SecretValues
from core.secret_binding import ENTER_AGAIN, carried_over
from metrics.catalogue.signals import parse, table
from metrics.models import MetricsSettings
from metrics.sources.settings import pairs

SECRETS = {
    "password": "Password", "token": "Bearer token", "key_pem": "Client key (PEM)", "headers": "Extra headers",
}  # fmt: skip
NO_ADDRESS = "Not a valid base URL: e.g. http://prometheus-server/prefix, without user name or query."
HINTS = {"headers": "One “Name: value” per line, e.g. “X-Scope-OrgID: team-a”."}
IN_LINES = {"key_pem", "headers"}
HIDDEN = forms.PasswordInput(attrs={"autocomplete": "new-password"})


def web_address(text: str) -> str:
    """Return a web address without its final slash.

    Raises:
        ValidationError: it is not a web address.
    """
    try:
        parts = urlsplit(text)
    except ValueError as error:  # http://[::1
        raise ValidationError(NO_ADDRESS) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
        raise ValidationError(NO_ADDRESS)
    return text.rstrip("/")


class MetricsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where a cluster's metrics come from."""

    class Meta:
        model = MetricsSettings
        fields = (
            "source", "interval", "url", "matchers", "queries", "scheme", "port", "path", "exporters", "username",
            "ca_pem", "certificate_pem", "verify", "slow_produce_warning", "slow_produce_critical",
        )  # fmt: skip
        help_texts = {
            "url": "Base URL (without /api/v1), e.g. http://prometheus-server; with the prefix of Mimir or Thanos.",
            "matchers": 'Label matchers that select exactly this cluster\'s brokers, e.g. '
                        'job="kafka",namespace="prod".',
            "port": "Port on each broker's host.",
            "exporters": "Only for exporters on other hosts: one broker=host:port per line.",
            "queries": "Replace the built-in selectors, one per line, e.g. “jvm_heap_used = "
                       "my_heap_bytes{area=\"heap\"}”.",
            "interval": "Polling interval and resolution of charts; at least the scrape interval.",
        }  # fmt: skip
        widgets = {
            "exporters": forms.Textarea(attrs={"rows": 3, "placeholder": "1=broker-1:5556"}),
            "queries": forms.Textarea(attrs={"rows": 3}),
            "ca_pem": forms.Textarea(attrs={"rows": 3}),
            "certificate_pem": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: SecretValues = self.instance.secrets
        self.destination_before = self.instance.destination()
        for name, label in SECRETS.items():
            hint = "Saved; leave blank to keep." if self.stored.get(name) else HINTS.get(name, "")
            widget = forms.Textarea(attrs={"rows": 3}) if name in IN_LINES else HIDDEN
            self.fields[name] = forms.CharField(required=False, label=label, help_text=hint, widget=widget)
        self.fields["forget"] = forms.MultipleChoiceField(
            choices=[(name, label) for name, label in SECRETS.items() if self.stored.get(name)],
            required=False,
            label="Delete saved secrets",
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_url(self) -> str:
        return web_address(str(self.cleaned_data["url"])) if self.cleaned_data["url"] else ""

    def clean_interval(self) -> int:
        """Refuse to poll more often than exporters can bear."""
        value = int(self.cleaned_data["interval"])
        if not 5 <= value <= 3600:
            raise ValidationError("Must be between 5 and 3,600 seconds.")
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
                raise ValidationError(f'“{selector}” is not a single selector, e.g. name{{label="value"}}.')
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
            self.add_error("url", "The base URL of Prometheus is required.")
        if not self.errors:
            self.check_secrets(values)
        return values

    def unsaved(self) -> MetricsSettings:
        """Return the settings as typed; an empty secret keeps the stored one, where that goes where it went before."""
        settings: MetricsSettings = self.save(commit=False)
        settings.secrets = self.secrets_for(settings)
        return settings

    def secrets_for(self, settings: MetricsSettings) -> SecretValues:
        """Return the secrets for settings as typed: stored ones only if they go where they went before."""
        typed = {name: self.cleaned_data[name] for name in SECRETS if self.cleaned_data.get(name)}
        carried = carried_over(self.stored, self.destination_before, settings.destination())
        return SecretValues({name: carried[name] for name in carried if name not in self.forgotten} | typed)

    @property
    def forgotten(self) -> list[str]:
        return list(self.cleaned_data.get("forget", ()))

    def check_secrets(self, values: dict[str, Any]) -> None:
        """Ask again for what is stored, and would go elsewhere now."""
        names = [field.name for field in MetricsSettings._meta.concrete_fields if field.name in values]
        settings = MetricsSettings(**{name: values[name] for name in names})
        present = self.secrets_for(settings)
        for name in self.stored:
            if settings.source and self.stored[name] and name not in {*present, *self.forgotten}:
                self.add_error(name, ENTER_AGAIN)
