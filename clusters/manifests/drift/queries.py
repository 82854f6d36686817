"""Drift as the page and the API show it: within the person's grants."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest

from clusters.access import sees
from clusters.gateway.errors import NotFound
from clusters.manifests.drift.changes import ACTION
from clusters.manifests.drift.entries import DriftEntry, loaded
from clusters.models import Cluster, ClusterManifest

NONE = "No manifest is kept for this cluster."


@dataclass(frozen=True)
class Drift:
    """What of a cluster's drift a person may see; ``left`` are differences that are not stored."""

    row: ClusterManifest
    entries: tuple[DriftEntry, ...]
    is_partial: bool

    @property
    def left(self) -> int:
        return 0 if self.is_partial else max(0, (self.row.total or 0) - len(self.row.entries))

    @property
    def number(self) -> int | None:
        """How many differences there are, as far as the person may see them; None where that is not known."""
        return None if self.row.total is None else len(self.entries) + self.left

    @cached_property
    def rows(self) -> list[tuple[DriftEntry, datetime]]:
        """The entries, each with the time since when it is there."""
        return [(entry, datetime.fromisoformat(entry.since)) for entry in self.entries]


def drift_of(request: HttpRequest, cluster: Cluster) -> Drift | None:
    """Return the drift of a cluster; None where it has no manifest to differ from."""
    row = ClusterManifest.objects.filter(cluster=cluster).first()
    if row is None:
        return None
    stored = loaded(row.entries)
    entries = tuple(each for each in stored if sees(request, cluster, f"{each.section}.view", each.resource))
    return Drift(row, entries, len(entries) < len(stored))


def manifest_row(request: HttpRequest, cluster: Cluster) -> ClusterManifest:
    """Return the manifest that is kept for a cluster, for those who may read its text.

    Raises:
        NotFound: there is none, or it lists what the person may not view.
    """
    row = ClusterManifest.objects.filter(cluster=cluster).first()
    if row is None or not may_read(request, row):
        raise NotFound(NONE)
    return row


def may_read(request: HttpRequest, row: ClusterManifest) -> bool:
    """Tell whether a person may read the text: who keeps it, and may view all the kinds of things that it lists."""
    return sees(request, row.cluster, ACTION, "") and all(
        sees(request, row.cluster, f"{section}.view", "") for section in row.sections
    )
