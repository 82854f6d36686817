"""Keeping the list of quotas right after a change."""

from collections.abc import Mapping
from dataclasses import asdict

from clusters.gateway.quotas import Entity
from clusters.models import ClientQuota, Cluster
from clusters.refresh import rows_changed


def changed(cluster: Cluster, entity: Entity, values: Mapping[str, float | None]) -> None:
    """Note new quotas of an entity; one without quotas is in no list."""
    key = {"cluster": cluster, **asdict(entity)}
    with rows_changed(cluster):
        rates = {name: value for name, value in values.items() if name in ClientQuota.RATES}
        defaults = {"resource": entity.resource, **rates}
        ClientQuota.objects.update_or_create(**none_safe(key), defaults=defaults, create_defaults={**key, **defaults})
        ClientQuota.objects.filter(cluster=cluster, **{f"{name}__isnull": True for name in ClientQuota.RATES}).delete()


def none_safe(key: dict[str, object]) -> dict[str, object]:
    """Return a lookup in which None is NULL."""
    nulls = {f"{name}__isnull": True for name, value in key.items() if value is None}
    return nulls | {name: value for name, value in key.items() if value is not None}
