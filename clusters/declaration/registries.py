"""The schema registries of a declared cluster: stored as a file says, or as an upload adds."""

from collections.abc import Sequence
from copy import copy

from django.core.exceptions import ValidationError

from clusters.formats.rule_registries import missing_registry
from clusters.importers.types import DeclaredRegistry, ImportRefused
from clusters.models import Cluster, SchemaRegistry
from core.encryption import SecretValues

OWN = (
    "url", "username", "ca_pem", "certificate_pem", "verify", "oauth_token_url", "oauth_client_id", "oauth_scope",
)  # fmt: skip
KEPT, KEPT_SECRETS = {"ca_pem", "certificate_pem"}, {"key_pem"}  # by an upload: a configuration has them in files


def store(cluster: Cluster, declared: Sequence[DeclaredRegistry], *, declared_by_file: bool) -> None:
    """Store the registries; those of a file are all that there are, an upload leaves others alone.

    Raises:
        ImportRefused: a value is not acceptable.
    """
    if declared_by_file:
        cluster.registries.exclude(name__in=[registry.name for registry in declared]).delete()
    for registry in declared:
        store_one(cluster, registry, declared_by_file=declared_by_file)


def check_rules(cluster: Cluster, place: str) -> None:
    """Refuse record formats that name a registry which the cluster does not have.

    Raises:
        ImportRefused: there is such a rule.
    """
    missing = missing_registry(cluster.formats, list(cluster.registries.values_list("name", flat=True)))
    if missing:
        raise ImportRefused(f"{place}.formats: {missing}")


def store_one(cluster: Cluster, declared: DeclaredRegistry, *, declared_by_file: bool) -> None:
    """Raises ImportRefused: a value is not acceptable."""
    row = cluster.registries.filter(name=declared.name).first()
    row = row or SchemaRegistry(cluster=cluster, name=declared.name)
    before, new = copy(row), SchemaRegistry()
    defaults = {name: getattr(new, name) for name in OWN if declared_by_file or name not in KEPT}
    for name, value in {**defaults, **declared.fields}.items():
        setattr(row, name, value)
    carried = {} if declared_by_file else before.carried_secrets(row)
    kept = {name: secret for name, secret in carried.items() if name in KEPT_SECRETS}
    row.secrets = SecretValues({**kept, **declared.secrets})
    try:
        row.clean_fields(exclude={field.name for field in SchemaRegistry._meta.fields} - {"name", *OWN})
    except ValidationError as error:
        raise ImportRefused(f"Schema registry {declared.name}: {' '.join(error.messages)}") from error
    if row.pk:
        row.save(update_fields=[*OWN, "secrets"])
    else:
        row.save()
