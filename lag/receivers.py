"""What lag stores when a cluster is declared, and drops when another cluster has taken its place."""

from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from clusters.declaration.declared import declared_cluster
from clusters.importers.types import DeclaredCluster, ImportRefused
from clusters.inventory.replacement import started_anew
from clusters.models import Cluster
from lag.settings import settings_of
from lag.settings_changes import forget
from lag.windows.group_filter import GroupFilter


@receiver(declared_cluster)
def store_settings(cluster: Cluster, declared: DeclaredCluster, **_: Any) -> None:
    """Store the declared settings; those not declared keep their values.

    Raises:
        ImportRefused: a value is not acceptable.
    """
    if not declared.lag:
        return
    settings = settings_of(cluster)
    for name, value in declared.lag.items():
        setattr(settings, name, value)
    try:
        settings.full_clean()
        GroupFilter(settings.group_allowlist, settings.group_denylist)
        GroupFilter(settings.commit_allowlist, settings.commit_denylist)
    except (ValidationError, ValueError, TypeError, OverflowError) as error:
        raise ImportRefused(f"Invalid lag settings for {cluster.name}: {error}") from error
    settings.save()


@receiver(started_anew)
def forget_all(cluster: Cluster, **_: Any) -> None:
    forget(cluster)
