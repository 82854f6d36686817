"""The forms of a schema registry. Stored secrets are never shown; leaving one's field empty keeps the stored one."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from clusters.connections.server_forms import SERVER_FIELDS, SERVER_LABELS, ServerForm, secret_field, server_widgets
from clusters.gateway.registry.client import RegistryConnection
from clusters.models import DEFAULT_REGISTRY, Cluster, SchemaRegistry

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
NO_NAME = "A name has letters, digits, “.”, “_” and “-”, and begins with a letter or a digit."
PREFIX = "registry_"  # begins the names of the default registry's fields in the form of its cluster
NEEDED = {"password": "url", "token": "url", "oauth_client_secret": "oauth_token_url", "key_pem": "certificate_pem"}
SECRETS = tuple(NEEDED)


class RegistryForm(ServerForm):
    """How a schema registry is reached, and what it is called."""

    needed = NEEDED

    class Meta:
        model = SchemaRegistry
        fields = list(SERVER_FIELDS)
        labels = {**SERVER_LABELS, "verify": "Verify the registry's certificate"}
        help_texts = {
            "name": "“default” is used wherever no registry is named",
            "url": "Base URL of Confluent's API; several, comma-separated, are tried in turn",
        }
        widgets = server_widgets("http://registry:8081")

    token = secret_field("Bearer token")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not NAME.fullmatch(name):
            raise ValidationError(NO_NAME)
        others = SchemaRegistry.objects.filter(cluster=self.instance.cluster_id, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("There is a schema registry of this name already.")
        return name


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
