"""Values that configs had before their last change through kafkaadmin, from the audit log."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import AuditEntry
from clusters.configs.steps import DEFAULT, SENSITIVE
from clusters.gateway.configs import ConfigEntry
from clusters.models import Cluster

LOOKED_THROUGH = 200  # changes of one topic or broker
BEGINNINGS = ("topics.create", "topics.delete")  # before these, another topic had the name


def previous_values(cluster: Cluster, action: str, resource: str) -> dict[str, str]:
    """Return the value before its last change of each config that was changed."""
    rows = AuditEntry.objects.filter(
        cluster=cluster.slug, resource=resource, outcome=AuditEntry.DONE, action__in=(action, *BEGINNINGS)
    )
    values: dict[str, str | None] = {}
    for row in rows.order_by("-at", "-pk")[:LOOKED_THROUGH]:
        if row.action in BEGINNINGS:
            break
        for step in row.steps:
            values.setdefault(step["subject"], step["before"])
    return {key: value for key, value in values.items() if value is not None and value != SENSITIVE}


def restoring(entries: Iterable[ConfigEntry], values: Mapping[str, str | None], own: str) -> dict[str, Any]:
    """Return what the form of configs has to send for former values: a reset, where that is the default.

    What was not set, or is not known, stays as it is.
    """
    data: dict[str, Any] = {}
    for entry in entries:
        value = values.get(entry.name)
        if value is not None and not value.startswith(SENSITIVE):
            if value.removesuffix(DEFAULT) == entry.default and entry.source == own:
                data.setdefault("reset", []).append(entry.name)
            else:
                data[f"value.{entry.name}"] = value
    return data
