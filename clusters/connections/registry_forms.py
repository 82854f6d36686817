"""The forms of a schema registry. Stored secrets are never shown; leaving one's field empty keeps the stored one."""

import re
from copy import copy
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from clusters.gateway.registry.client import RegistryConnection
from clusters.models import DEFAULT_REGISTRY, Cluster, SchemaRegistry
from core.encryption import SecretValues
from core.secret_binding import ENTER_AGAIN

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
NO_NAME = "A name has letters, digits, “.”, “_” and “-”, and begins with a letter or a digit."
NO_ADDRESS = "Not a base URL: e.g. http://registry:8081, without user name or query."
PREFIX = "registry_"  # begins the names of the default registry's fields in the form of its cluster
PEM = ("ca_pem", "certificate_pem", "key_pem")
SECRETS = ("password", "token", "oauth_client_secret", "key_pem")
# A stored secret that is not kept is asked for again where this field, for which it is used, is filled in.
NEEDED = {"password": "url", "token": "url", "oauth_client_secret": "oauth_token_url", "key_pem": "certificate_pem"}
TEXT = {"rows": 3, "spellcheck": "false"}


def registry_address(url: str) -> str:
    """Return the address of a registry.

    Raises:
        ValidationError: it is none, or has a user name or a query.
    """
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError as error:
        raise ValidationError(NO_ADDRESS) from error
    if not is_valid or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValidationError(NO_ADDRESS)
    return url


def secret_field(label: str, *, is_text: bool = False) -> forms.CharField:
    password = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        required=False, strip=False, label=label, widget=forms.Textarea(attrs=TEXT) if is_text else password
    )


class RegistryForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a schema registry is reached, and what it is called."""

    class Meta:
        model = SchemaRegistry
        fields = [
            "name", "url", "username", "ca_pem", "certificate_pem", "verify", "oauth_token_url", "oauth_client_id",
            "oauth_scope",
        ]  # fmt: skip
        labels = {
            "url": "URL",
            "ca_pem": "CA certificates (PEM)",
            "certificate_pem": "Client certificate (PEM)",
            "verify": "Verify the registry's certificate",
            "oauth_token_url": "Token endpoint",
            "oauth_client_id": "Client id",
            "oauth_scope": "Scope",
        }
        help_texts = {
            "name": "“default” is used wherever no registry is named",
            "url": "Base URL of Confluent's API; several, comma-separated, are tried in turn",
        }
        widgets = {
            "url": forms.TextInput(attrs={"placeholder": "http://registry:8081"}),
            "username": forms.TextInput(attrs={"autocomplete": "off"}),
            "ca_pem": forms.Textarea(attrs=TEXT),
            "certificate_pem": forms.Textarea(attrs=TEXT),
        }

    password = secret_field("Password")
    token = secret_field("Bearer token")
    oauth_client_secret = secret_field("Client secret")
    key_pem = secret_field("Client key (PEM)", is_text=True)

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
        if not NAME.fullmatch(name):
            raise ValidationError(NO_NAME)
        others = SchemaRegistry.objects.filter(cluster=self.instance.cluster_id, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("There is a schema registry of this name already.")
        return name

    def clean_url(self) -> str:
        addresses = [part.strip().rstrip("/") for part in self.cleaned_data["url"].split(",") if part.strip()]
        return ",".join(registry_address(address) for address in addresses)

    def clean_oauth_token_url(self) -> str:
        url: str = self.cleaned_data["oauth_token_url"].strip()
        return registry_address(url) if url else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in PEM:
            if values.get(name) and "-----BEGIN " not in values[name]:
                self.add_error(name, "Not in PEM format: the “-----BEGIN …-----” line is missing.")
        if not self.errors:
            carried = self.secrets_for(self.as_typed(values))
            for name, field in NEEDED.items():
                if values.get(field) and self.before.secrets.get(name) and not carried.get(name):
                    self.add_error(name, ENTER_AGAIN)
        return values

    def as_typed(self, values: dict[str, Any]) -> SchemaRegistry:
        return SchemaRegistry(**{name: values[name] for name in self.Meta.fields if name in values})

    def typed_secrets(self) -> dict[str, str]:
        """Return what was typed in earlier submissions and in this one."""
        typed = {name: self.data.get(self.add_prefix(name), "") for name in SECRETS}
        return {**self.typed_before, **{name: value for name, value in typed.items() if value}}

    def secrets_for(self, registry: SchemaRegistry) -> SecretValues:
        """Return the secrets for what was typed: stored ones only if they go where they went before."""
        secrets = SecretValues(self.before.carried_secrets(registry) | self.typed_secrets())
        if registry.destination().is_within(self.before.destination()):
            secrets.lost = self.before.secrets.lost
        return secrets

    def unsaved(self) -> SchemaRegistry:
        registry: SchemaRegistry = super().save(commit=False)
        registry.secrets = self.secrets_for(registry)
        return registry

    def save(self, commit: bool = True) -> SchemaRegistry:
        """Save what the form has, and have it listed soon; what the worker writes of the mirror meanwhile stays."""
        registry = self.unsaved()
        registry.due_at = None
        if commit and registry.pk:
            registry.save(update_fields=[*self.Meta.fields, "secrets", "due_at"])
        elif commit:
            registry.save()
        return registry


class DefaultRegistryForm(RegistryForm):
    """The default registry within the form of its cluster, which may have none."""

    class Meta(RegistryForm.Meta):
        fields = [name for name in RegistryForm.Meta.fields if name != "name"]

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        row = cluster.registries.filter(name=DEFAULT_REGISTRY).first() if cluster.pk else None
        super().__init__(*args, instance=row or SchemaRegistry(), **kwargs)
        self.fields["url"].required = False

    def add_prefix(self, field_name: str) -> str:
        return f"{PREFIX}{field_name}"

    def present(self) -> SchemaRegistry | None:
        """Return the registry as it is stored."""
        return self.before if self.before.pk else None

    def typed(self) -> SchemaRegistry | None:
        """Return the registry of a valid form; None without a URL."""
        return self.unsaved() if self.cleaned_data["url"] else None

    def connection(self) -> RegistryConnection | None:
        """Return how the registry of a valid form is reached."""
        registry = self.typed()
        return registry.connection() if registry else None

    def save_for(self, cluster: Cluster) -> None:
        """Save it; without a URL, remove it."""
        self.instance.cluster = cluster
        if self.cleaned_data["url"]:
            self.save()
        elif self.instance.pk:
            self.instance.delete()
