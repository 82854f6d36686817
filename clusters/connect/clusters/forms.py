"""The form of a Connect cluster. Stored secrets are never shown; leaving one's field empty keeps the stored one."""

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clusters.connect.rules.topics import GROUP_PATTERN
from clusters.connections.registry_forms import registry_address
from clusters.models import Cluster, ConnectCluster
from core.encryption import SecretValues
from core.secret_binding import ENTER_AGAIN

RESERVED = "clusters"  # a part of addresses
LONGEST_WAIT, MOST_RESTARTS = 1_440, 100
SECRETS = ("password", "key_pem", "oauth_client_secret")
BOUND = {"password": "username", "key_pem": "certificate_pem", "oauth_client_secret": "oauth_token_url"}
TEXT = {"rows": 3, "spellcheck": "false"}


class ConnectClusterForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a Connect cluster is reached, and whether its failed tasks are restarted."""

    class Meta:
        model = ConnectCluster
        fields = [
            "name", "url", "username", "ca_pem", "certificate_pem", "verify", "oauth_token_url", "oauth_client_id",
            "oauth_scope", "group_pattern", "restart_minutes", "restart_most",
        ]  # fmt: skip
        labels = {
            "url": "URL",
            "ca_pem": "CA certificates (PEM)",
            "certificate_pem": "Client certificate (PEM)",
            "verify": "Verify the workers' certificate",
            "oauth_token_url": "Token endpoint",
            "oauth_client_id": "Client id",
            "oauth_scope": "Scope",
            "group_pattern": "Consumer group pattern",
            "restart_minutes": "Restart failed tasks every (min)",
            "restart_most": "Restarts per connector and day",
        }
        help_texts = {
            "name": "Any name; it is part of addresses",
            "url": "Of the REST API; several, comma-separated, are tried in turn",
            "oauth_token_url": "Gives tokens by client credentials; a token is sent instead of user name and password",
            "group_pattern": "Of sinks; %s is the connector. consumer.override.group.id of a connector goes first",
            "restart_minutes": "0 for never. Each restart is in the audit log; read-only clusters have none.",
            "restart_most": "After so many a connector is left as it is, and its alert stays.",
        }
        widgets = {
            "url": forms.TextInput(attrs={"placeholder": "http://connect:8083"}),
            "username": forms.TextInput(attrs={"autocomplete": "off"}),
            "ca_pem": forms.Textarea(attrs=TEXT),
            "certificate_pem": forms.Textarea(attrs=TEXT),
        }

    password = forms.CharField(
        required=False, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    oauth_client_secret = forms.CharField(
        required=False,
        strip=False,
        label="Client secret",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    key_pem = forms.CharField(required=False, strip=False, label="Client key (PEM)", widget=forms.Textarea(attrs=TEXT))

    def __init__(self, *args: Any, typed_before: dict[str, str] | None = None, **kwargs: Any) -> None:
        """``typed_before`` holds secrets from earlier submissions of this form that are not saved yet."""
        super().__init__(*args, **kwargs)
        self.typed_before = typed_before or {}
        self.before = copy(self.instance)
        for name in SECRETS:
            if {**self.before.secrets, **self.typed_before}.get(name):
                self.fields[name].help_text = "Saved; leave blank to keep"

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if "/" in name or name == RESERVED or name.strip(".") == "":
            raise ValidationError(f"A name has no slash, and is not “{RESERVED}”.")
        others = ConnectCluster.objects.filter(cluster=self.instance.cluster_id, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("There is a Connect cluster of this name already.")
        return name

    def clean_url(self) -> str:
        addresses = [part.strip().rstrip("/") for part in self.cleaned_data["url"].split(",") if part.strip()]
        return ",".join(registry_address(address) for address in addresses)

    def clean_oauth_token_url(self) -> str:
        url: str = self.cleaned_data["oauth_token_url"].strip()
        return registry_address(url) if url else ""

    def clean_group_pattern(self) -> str:
        pattern: str = self.cleaned_data["group_pattern"].strip() or GROUP_PATTERN
        if "%s" not in pattern:
            raise ValidationError("%s, the connector's name, is missing.")
        return pattern

    def clean_restart_minutes(self) -> int:
        minutes: int = self.cleaned_data["restart_minutes"]
        if minutes > LONGEST_WAIT:
            raise ValidationError(f"At most {LONGEST_WAIT:,}, which is a day.")
        return minutes

    def clean_restart_most(self) -> int:
        most: int = self.cleaned_data["restart_most"]
        if not 1 <= most <= MOST_RESTARTS:
            raise ValidationError(f"Between 1 and {MOST_RESTARTS}.")
        return most

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("ca_pem", "certificate_pem", "key_pem"):
            if values.get(name) and "-----BEGIN " not in values[name]:
                self.add_error(name, "Not in PEM format: the “-----BEGIN …-----” line is missing.")
        if values.get("oauth_token_url") and not values.get("oauth_client_id"):
            self.add_error("oauth_client_id", "Required with a token endpoint.")
        if not self.errors:
            carried = self.secrets_for(self.as_typed(values))
            for name, field in BOUND.items():
                if values.get(field) and self.before.secrets.get(name) and not carried.get(name):
                    self.add_error(name, ENTER_AGAIN)
        return values

    def as_typed(self, values: dict[str, Any]) -> ConnectCluster:
        return ConnectCluster(**{name: values[name] for name in self.Meta.fields if name in values})

    def typed_secrets(self) -> dict[str, str]:
        """Return what was typed in earlier submissions and in this one."""
        typed = {name: self.data.get(self.add_prefix(name), "") for name in SECRETS}
        return {**self.typed_before, **{name: value for name, value in typed.items() if value}}

    def secrets_for(self, connect: ConnectCluster) -> SecretValues:
        """Return the secrets for what was typed: stored ones only if they go where they went before."""
        secrets = SecretValues(self.before.carried_secrets(connect) | self.typed_secrets())
        if connect.destination().is_within(self.before.destination()):
            secrets.lost = self.before.secrets.lost
        return secrets

    def unsaved(self) -> ConnectCluster:
        connect: ConnectCluster = super().save(commit=False)
        connect.secrets = self.secrets_for(connect)
        return connect

    def save(self, commit: bool = True) -> ConnectCluster:
        """Save what the form has; what the worker writes of the mirror meanwhile stays."""
        connect = self.unsaved()
        if commit and connect.pk:
            connect.save(update_fields=[*self.Meta.fields, "secrets"])
        elif commit:
            connect.save()
        return connect


def new_connect(cluster: Cluster) -> ConnectCluster:
    return ConnectCluster(cluster=cluster)
