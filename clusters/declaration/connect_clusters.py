"""The Connect clusters of a declared cluster: stored as a file says, or as an upload adds."""

from collections.abc import Sequence
from copy import copy

from django.core.exceptions import ValidationError

from clusters.importers.types import DeclaredConnect, ImportRefused
from clusters.models import Cluster, ConnectCluster
from core.encryption import SecretValues

OWN = (
    "url", "username", "ca_pem", "certificate_pem", "verify", "oauth_token_url", "oauth_client_id", "oauth_scope",
    "group_pattern", "restart_minutes", "restart_most",
)  # fmt: skip


def store(cluster: Cluster, declared: Sequence[DeclaredConnect] | None, *, declared_by_file: bool) -> None:
    """Store the Connect clusters; those of a file are all that there are, an upload leaves others alone.

    Raises:
        ImportRefused: a value is not acceptable.
    """
    if declared_by_file:
        names = [connect.name for connect in declared or ()]
        cluster.connect_clusters.exclude(name__in=names).delete()
    for connect in declared or ():
        store_one(cluster, connect, keeps_secrets=not declared_by_file)


def store_one(cluster: Cluster, declared: DeclaredConnect, *, keeps_secrets: bool) -> None:
    """Raises ImportRefused: a value is not acceptable."""
    row = cluster.connect_clusters.filter(name=declared.name).first()
    row = row or ConnectCluster(cluster=cluster, name=declared.name)
    before, new = copy(row), ConnectCluster()
    defaults = {name: getattr(new, name) for name in OWN}
    for name, value in {**defaults, **declared.fields}.items():
        setattr(row, name, value)
    carried = before.carried_secrets(row) if keeps_secrets else {}
    row.secrets = SecretValues({**carried, **declared.secrets})
    try:
        row.clean_fields(exclude={field.name for field in ConnectCluster._meta.fields} - {"name", *OWN})
    except ValidationError as error:
        raise ImportRefused(f"Connect cluster {declared.name}: {' '.join(error.messages)}") from error
    if row.pk:
        row.save(update_fields=[*OWN, "secrets"])
    else:
        row.save()
