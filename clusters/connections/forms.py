"""The form of a cluster. Stored secrets are never shown; leaving a secret's field empty keeps the stored one."""

from copy import copy
from typing import Any

import yaml
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.text import slugify

from clusters.connections.registry_forms import PREFIX, DefaultRegistryForm
from clusters.connections.registry_forms import SECRETS as REGISTRY_SECRETS
from clusters.formats.catalogue import formats
from clusters.formats.masking.rules import MaskingError, masking_entries
from clusters.formats.rule_registries import missing_registry
from clusters.formats.rules import read_rules
from clusters.gateway.access.principals import principal_lines
from clusters.gateway.clients.connection import MECHANISMS, check_properties, supported_mechanisms
from clusters.importers import documents
from clusters.importers.types import ImportRefused
from clusters.models import DEFAULT_REGISTRY, Cluster
from core.encryption import SecretValues
from core.secret_binding import ENTER_AGAIN

PEM = ("ca_pem", "certificate_pem", "key_pem")
MASKING_EXAMPLE = "- type: MASK\n  fields: [iban]\n  topics: payments-*"
RESERVED = {"new", "import"}
SECRETS = {
    "password": forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    "key_pem": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    "key_password": forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    "oauth_client_secret": forms.PasswordInput(attrs={"autocomplete": "new-password"}),
}
LABELS = {
    "password": "Password",
    "key_pem": "Client key (PEM)",
    "key_password": "Client key's password",
    "oauth_client_secret": "Client secret",
}
ALL_SECRETS = (*SECRETS, *(f"{PREFIX}{name}" for name in REGISTRY_SECRETS))


def free_slug(name: str) -> str:
    """Return an unused slug for a new cluster."""
    base = slugify(name)[:60] or "cluster"
    taken = set(Cluster.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED
    return next(slug for slug in (base, *(f"{base}-{number}" for number in range(2, 1000))) if slug not in taken)


class ClusterForm(forms.ModelForm):  # type: ignore[type-arg]
    """How to reach a cluster."""

    properties = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "placeholder": "client.id=kafkaadmin"}),
        help_text="Additional librdkafka client properties, one key=value per line.",
    )

    masking = forms.CharField(
        required=False,
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "spellcheck": "false",
                "placeholder": MASKING_EXAMPLE,
            }
        ),
        help_text="Rules in YAML, with kafka-ui's keys, or topics, paths and textPattern. They apply to everybody "
        "without the permission messages.unmask.",
    )

    class Meta:
        model = Cluster
        fields = [
            "name", "bootstrap_servers", "environment", "read_only", "needs_approval", "security_protocol",
            "sasl_mechanism",
            "username", "ca_pem", "certificate_pem", "verify_hostname", "oauth_token_url", "oauth_client_id",
            "oauth_scope", "kerberos_service_name", "kerberos_principal", "properties", "formats",
            "masking", "super_users",
        ]  # fmt: skip
        labels = {
            "bootstrap_servers": "Bootstrap servers",
            "sasl_mechanism": "SASL mechanism",
            "ca_pem": "CA certificates (PEM)",
            "certificate_pem": "Client certificate (PEM)",
            "verify_hostname": "Verify the host name of the certificate",
            "oauth_token_url": "Token endpoint",
            "oauth_client_id": "Client id",
            "oauth_scope": "Scope",
            "read_only": "Read-only (no changes through kafkaadmin)",
            "needs_approval": "Changes that destroy need a second person",
            "formats": "Record formats",
            "super_users": "Super users",
        }
        help_texts = {
            "needs_approval": "What removes something or loses data waits until another user approves it; so "
            "does switching this off",
            "bootstrap_servers": "host:port, comma-separated",
            "super_users": "Principals, one per line or separated by “;”, as in the brokers' super.users. Brokers hide "
            "that config; where they tell it, this is not used",
            "formats": "One rule per line, the first match wins; other topics' formats are detected. Formats: "
            + ", ".join((*formats(), "schema:registry", "protobuf:package.Message")),
        }
        widgets = {
            "bootstrap_servers": forms.TextInput(attrs={"placeholder": "kafka-1:9092,kafka-2:9092"}),
            "username": forms.TextInput(attrs={"autocomplete": "off"}),
            "ca_pem": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            "certificate_pem": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            "oauth_token_url": forms.URLInput(),
            "super_users": forms.Textarea(
                attrs={"rows": 2, "spellcheck": "false", "placeholder": "User:admin\nUser:devops"}
            ),
            "formats": forms.Textarea(
                attrs={"rows": 3, "spellcheck": "false", "placeholder": "sensors-* key=long value=msgpack"}
            ),
        }

    def __init__(self, *args: Any, typed_before: dict[str, str] | None = None, **kwargs: Any) -> None:
        """``typed_before`` holds secrets from earlier submissions of this form that are not saved yet."""
        super().__init__(*args, **kwargs)
        self.typed_before = typed_before or {}
        self.stored: SecretValues = self.instance.secrets
        self.before = copy(self.instance)
        present = {**self.stored, **self.typed_before}
        for name, widget in SECRETS.items():
            hint = "Saved; leave blank to keep" if present.get(name) else ""
            field = forms.CharField(required=False, widget=widget, label=LABELS[name], help_text=hint, strip=False)
            self.fields[name] = field
        self.include_registry()
        offered = {*supported_mechanisms(), self.instance.sasl_mechanism}
        choices = [(mechanism, mechanism) for mechanism in MECHANISMS if mechanism in offered]
        self.fields["sasl_mechanism"].choices = [("", "---------"), *choices]  # type: ignore[attr-defined]
        if not self.is_bound:
            lines = (f"{key}={value}" for key, value in sorted(self.instance.properties.items()))
            self.initial["properties"] = "\n".join(lines)
            masking = self.instance.masking
            self.initial["masking"] = yaml.safe_dump(masking, sort_keys=False, allow_unicode=True) if masking else ""

    def include_registry(self) -> None:
        """Add the fields of the default registry, which has a form, and a row, of its own."""
        typed = {
            name.removeprefix(PREFIX): value for name, value in self.typed_before.items() if name.startswith(PREFIX)
        }
        data = self.data if self.is_bound else None
        self.registry = DefaultRegistryForm(data, cluster=self.instance, typed_before=typed)
        self.fields |= {self.registry.add_prefix(name): field for name, field in self.registry.fields.items()}
        self.initial.update((self.registry.add_prefix(name), value) for name, value in self.registry.initial.items())

    def present_values(self) -> dict[str, Any]:
        """Return what the form would begin with, as it is stored: the cluster's fields and the default registry's."""
        registry = model_to_dict(self.registry.before, fields=self.registry.Meta.fields)
        own = model_to_dict(self.before, fields=self.Meta.fields)
        return {**own, **{f"{PREFIX}{name}": value for name, value in registry.items()}}

    def stored_secrets(self) -> list[str]:
        """Return the names of the secrets that are stored."""
        registrys = {f"{PREFIX}{name}": value for name, value in self.registry.before.secrets.items()}
        return sorted(name for name, value in {**self.stored, **registrys}.items() if value)

    def clean_bootstrap_servers(self) -> str:
        servers = [part.strip() for part in self.cleaned_data["bootstrap_servers"].split(",") if part.strip()]
        for server in servers:
            host, _, port = server.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ValidationError(f"“{server}” is not of the form host:port. Kafka's default port is 9092.")
        return ",".join(servers)

    def clean_properties(self) -> dict[str, str]:
        """Read key=value lines; refuse properties that are not on the allow-list, with the reason for each."""
        properties: dict[str, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["properties"].splitlines())):
            key, equals, value = line.partition("=")
            if not equals:
                raise ValidationError(f"“{line}” is not of the form key=value.")
            properties[key.strip()] = value.strip()
        refused = check_properties(properties)
        if refused:
            raise ValidationError(refused)
        return properties

    def clean_needs_approval(self) -> bool:
        """Refuse to switch approvals off here: that is a request of its own, which a second person approves."""
        needs_approval: bool = self.cleaned_data["needs_approval"]
        if self.before.pk and self.before.needs_approval and not needs_approval:
            raise ValidationError("Approvals are switched off under Approvals: a second person has to approve that.")
        return needs_approval

    def clean_formats(self) -> str:
        text: str = self.cleaned_data["formats"].replace("\r\n", "\n").strip()
        try:
            read_rules(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return text

    def clean_super_users(self) -> str:
        try:
            return principal_lines(self.cleaned_data["super_users"])
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean_masking(self) -> list[Any]:
        try:
            return masking_entries(documents.read(self.cleaned_data["masking"]))
        except (ImportRefused, MaskingError) as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "SASL" in values.get("security_protocol", "") and not self.errors:
            self.check_sasl(values)
        for name in PEM:
            if values.get(name) and "-----BEGIN " not in values[name]:
                self.add_error(name, "Not in PEM format: the “-----BEGIN …-----” line is missing.")
        if not self.errors:
            self.check_key(values)
        if "formats" in values and (missing := missing_registry(values["formats"], self.registry_names())):
            self.add_error("formats", missing)
        for name, errors in self.registry.errors.items():
            if self.registry.add_prefix(name) not in self.errors:
                self.add_error(self.registry.add_prefix(name), errors)
        return values

    def registry_names(self) -> set[str]:
        """Return the names of the registries that the cluster will have."""
        others = self.instance.registries.exclude(name=DEFAULT_REGISTRY) if self.instance.pk else []
        default = {DEFAULT_REGISTRY} if str(self.data.get(self.registry.add_prefix("url"), "")).strip() else set()
        return {row.name for row in others} | default

    def check_sasl(self, values: dict[str, Any]) -> None:
        """Require what the chosen SASL mechanism needs."""
        mechanism = values.get("sasl_mechanism", "")
        if not mechanism:
            self.add_error("sasl_mechanism", "Select a mechanism; it must be in the brokers' sasl.enabled.mechanisms.")
            return
        needed: tuple[str, ...] = ()
        if mechanism.startswith("SCRAM") or mechanism == "PLAIN":
            needed = ("username", "password")
        if mechanism == "OAUTHBEARER":
            needed = ("oauth_token_url", "oauth_client_id", "oauth_client_secret")
        secrets = self.secrets_for(self.cluster_of(values))
        for name in needed:
            if not (values.get(name) or secrets.get(name)):
                self.add_error(name, ENTER_AGAIN if self.stored.get(name) else f"Required for {mechanism}.")

    def check_key(self, values: dict[str, Any]) -> None:
        """Require the client key where the stored one does not go along with its certificate."""
        carried = self.secrets_for(self.cluster_of(values))
        if values.get("certificate_pem") and self.stored.get("key_pem") and not carried.get("key_pem"):
            self.add_error("key_pem", ENTER_AGAIN)

    def cluster_of(self, values: dict[str, Any]) -> Cluster:
        return Cluster(**{name: values[name] for name in self.Meta.fields if name in values})

    def typed_secrets(self) -> dict[str, str]:
        """Return what was typed in earlier submissions and in this one."""
        typed = {name: self.data.get(self.add_prefix(name), "") for name in ALL_SECRETS}
        return {**self.typed_before, **{name: value for name, value in typed.items() if value}}

    def secrets_for(self, cluster: Cluster) -> SecretValues:
        """Return the secrets for a cluster as typed: stored ones only if they go where they went before."""
        typed = {name: value for name, value in self.typed_secrets().items() if name in SECRETS}
        secrets = SecretValues(self.before.carried_secrets(cluster) | typed)
        if cluster.destination().is_within(self.before.destination()):
            secrets.lost = self.stored.lost
        return secrets

    def unsaved(self) -> Cluster:
        cluster: Cluster = super().save(commit=False)
        cluster.secrets = self.secrets_for(cluster)
        if not cluster.slug:
            cluster.slug = free_slug(cluster.name)
        return cluster

    def save(self, commit: bool = True) -> Cluster:
        cluster = self.unsaved()
        if commit:
            with transaction.atomic():
                cluster.save()
                self.registry.save_for(cluster)
        return cluster
