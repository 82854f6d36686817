"""Approvals stay on where a configuration does not ask for them any more: see clusters/approvals/switching_off.py."""

from collections.abc import Iterable

from clusters.importers.types import DeclaredCluster
from clusters.models import Cluster

HOW = "until a second person approves that they are switched off; request it under Approvals"
NOT_DECLARED = (
    "{name} is not declared any more, and requires approvals: it stays, and can be removed in the browser once they "
    "are off"
)


def weakening(clusters: Iterable[DeclaredCluster]) -> tuple[str, ...]:
    """Return a remark for each cluster that requires approvals, and would not by its declaration."""
    strict = set(Cluster.objects.filter(needs_approval=True).values_list("name", flat=True))
    return tuple(
        f"{cluster.place}.needsApproval: approvals of {cluster.name} stay on {HOW}"
        for cluster in clusters
        if cluster.name in strict and not cluster.fields.get("needs_approval")
    )


def remove_undeclared(names: Iterable[str]) -> tuple[str, ...]:
    """Remove clusters that the configuration no longer declares; those that require approvals become ordinary ones.

    Returns:
        A remark for each that stays.
    """
    rows = Cluster.objects.filter(declared=True, declared_by=Cluster.CONFIGURATION).exclude(name__in=list(names))
    staying = list(rows.filter(needs_approval=True).values_list("name", flat=True))
    rows.filter(needs_approval=True).update(declared=False, declared_by="")
    rows.filter(needs_approval=False).delete()
    return tuple(NOT_DECLARED.format(name=name) for name in staying)
