"""Values that configs had before their last change through kafkaadmin, from the audit log."""

from accounts.models import AuditEntry
from clusters.configs.steps import SENSITIVE
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


def restoring(entry: ConfigEntry, value: str, own: str) -> dict[str, str]:
    """Return what the form of configs has to send for a value: a reset, where that is the default."""
    if value == entry.default and entry.source == own:
        return {"reset": entry.name}
    return {f"value.{entry.name}": value}
